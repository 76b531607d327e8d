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
