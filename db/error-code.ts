/**
 * The first `code` in an error's chain of causes: an SQLSTATE ("23505"), a driver code ("CONNECTION_CLOSED"),
 * a system code ("ECONNREFUSED") or one of the pool's own ("POOL_BUSY").
 *
 * Drizzle hides the driver's error in `cause`, and a step of ours may wrap it once more, so reading `err.code`
 * finds nothing and a unique violation becomes a 500 (LanternOps/breeze#2189).
 */
export function errorCode(err: unknown): string | undefined {
  let at = err;
  // Bounded, because nothing forbids an error that is its own cause.
  for (let depth = 0; depth < 8 && typeof at === "object" && at !== null; depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
    at = "cause" in at ? at.cause : undefined;
  }
  return undefined;
}
