import type { Operation } from "@trpc/client";

/** The idempotency key of an operation's input, or null: without one nothing is ever sent twice. */
export function keyOf(op: Pick<Operation, "input" | "type">): string | null {
  const { input } = op;
  if (op.type !== "mutation" || typeof input !== "object" || input === null) return null;
  return "idempotencyKey" in input && typeof input.idempotencyKey === "string"
    ? input.idempotencyKey
    : null;
}

/**
 * `httpLink({ headers: mirrorKey })`: the input's key as a header, for proxies and logs, and the number of the send.
 * Mirrors the key, never makes one: a key made here would be another at each retry. Never with a batching link: a
 * batch has one set of headers for all its calls.
 */
export function mirrorKey({ op }: { op: Operation }): Record<string, string> {
  const key = keyOf(op);
  if (key === null) return {};
  const { clientAttempt } = op.context;
  return {
    "Idempotency-Key": key,
    ...(typeof clientAttempt === "string" && { "X-Client-Attempt": clientAttempt }),
  };
}
