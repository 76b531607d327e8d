import { IdempotencyError } from "../index.ts";

const KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The canonical form of a UUID version 4 or 7, lower case; undefined for anything else. */
export function canonicalKey(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > 64) return undefined;
  const lower = text.toLowerCase();
  return KEY.test(lower) ? lower : undefined;
}

/** As above, for the header: bare, or quoted as the IETF draft writes it. A doubled header arrives joined by a comma. */
export function headerKey(header: string): string | undefined {
  return canonicalKey(/^"(.*)"$/.exec(header)?.[1] ?? header);
}

/**
 * The key of a request: in the input, and when the header is there the same one.
 * @param input the request's body, as it was read
 * @throws {IdempotencyError} KEY_INVALID
 */
export function readKey(input: unknown, header: string | null): string {
  const given = typeof input === "object" && input !== null ? { ...input } : {};
  const key = "idempotencyKey" in given ? canonicalKey(given.idempotencyKey) : undefined;
  if (key === undefined) throw new IdempotencyError("KEY_INVALID");
  if (header !== null && headerKey(header) !== key) {
    throw new IdempotencyError("KEY_INVALID", {
      sentence:
        "The header Idempotency-Key and the input's idempotencyKey must be one and the same UUID.",
    });
  }
  return key;
}
