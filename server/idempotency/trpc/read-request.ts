import { TRPCError } from "@trpc/server";
import { IdempotencyError } from "../index.ts";
import { readKey } from "../http/index.ts";
import { type Http, keyHeaderOf } from "./tell.ts";

/**
 * The key of a request and the rest of its input. The form of the body and the batch come first: what they get
 * wrong would look like a wrong key.
 * @throws {TRPCError} UNSUPPORTED_MEDIA_TYPE
 * @throws {IdempotencyError} KEY_INVALID
 */
export function readRequest(
  raw: unknown,
  http: Http | undefined,
  batchIndex: number,
): { key: string; input: unknown } {
  if (raw instanceof FormData || raw instanceof ReadableStream || raw instanceof Blob) {
    // To JSON they all look like {}: every file would have the same fingerprint, and a replay would answer for another.
    throw new TRPCError({
      code: "UNSUPPORTED_MEDIA_TYPE",
      message: "Send application/json: a form or a file has no fingerprint.",
    });
  }
  if (batchIndex > 0 || isBatch(http?.req.url)) {
    throw new IdempotencyError("KEY_INVALID", {
      sentence:
        "A batch has one set of headers for all its calls. Send this call by itself: one request, one key.",
    });
  }
  const key = readKey(raw, keyHeaderOf(http));
  const { idempotencyKey: _key, ...input } = { idempotencyKey: key, ...Object(raw) };
  return { key, input };
}

function isBatch(url: string | undefined): boolean {
  return url !== undefined && new URL(url, "http://any").searchParams.has("batch");
}
