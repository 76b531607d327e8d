import { codeOf } from "../idempotency/index.ts";

const NO_CONNECTION = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** True when no connection was made, so the other system has heard nothing. Any other error of the way may follow a request that arrived. */
export function isNoConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && NO_CONNECTION.has(code);
}
