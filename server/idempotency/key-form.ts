import { IdempotencyError } from "./errors.ts";

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Postgres reads a key in any of its forms and gives it back in this one, from which a resumed attempt would derive another key
 * for the next system than the first one did.
 * @throws {IdempotencyError} KEY_INVALID
 */
export function assertForm(key: string): void {
  if (FORM.test(key)) return;
  throw new IdempotencyError("KEY_INVALID", {
    sentence: "The idempotency key must be a UUID in lower case, with its hyphens.",
  });
}

/** Of an index's row Postgres keeps some 2,700 bytes, and two of these are in one. */
const BYTES_MAX = 1_000;

/**
 * Two accounts that Postgres would write alike are one, and one of them is given the other's answer; what no index can hold would be
 * refused at each retry. An empty one is a name that was not there: whoever is signed out would share one account.
 * @throws {TypeError}
 */
export function assertKept(names: Record<string, string | undefined>): void {
  for (const [what, name] of Object.entries(names))
    if (name !== undefined && !isKept(name))
      throw new TypeError(
        `The ${what} must be text of 1 to ${BYTES_MAX} bytes, without NUL and lone surrogates`,
      );
}

function isKept(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  return bytes > 0 && bytes <= BYTES_MAX && name.isWellFormed() && !name.includes("\0");
}
