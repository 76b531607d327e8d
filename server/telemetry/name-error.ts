import { codeOf } from "../idempotency/index.ts";

/**
 * An error in a line of the log: its code and that of what it hides, or what kind it is. Never its message, which may hold
 * an input, a key or an address with its password.
 */
export function nameError(error: unknown): string {
  const name = codeOf(error) ?? (error instanceof Error ? error.name : "no error");
  const hidden = error instanceof Error ? codeOf(error.cause) : undefined;
  return hidden === undefined || hidden === name ? name : `${name} (${hidden})`;
}
