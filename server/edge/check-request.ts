import { CODES } from "../idempotency/index.ts";
import { Refused } from "./refuse.ts";

const BODY_BYTES_MAX = 64 * 1024;
const QUERIES_PER_BATCH_MAX = 10;
const NAME = /^\w+(?:\.\w+)*$/;

/** The body as text; undefined for a GET. As {@link readBytes}. */
export async function readBody(request: Request): Promise<string | undefined> {
  if (request.method === "GET" || request.body === null) return undefined;
  return (await readBytes(request)).toString("utf8");
}

/**
 * The JSON of a body; undefined where there is none. What is no JSON here must not be JSON to whoever runs it: a mark of the byte order that only
 * one of us skips would let a payment pass uncounted.
 * @throws {Refused} 400
 */
export function parseBody(body: string | undefined): unknown {
  if (body === undefined || body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused(400, "PARSE_ERROR", "The body is not JSON. This request did nothing.");
  }
}

/**
 * Counts while it reads, so that a chunked 12 MB is refused without reading it all.
 * @throws {Refused} 413
 */
export async function readBytes(request: Request): Promise<Buffer> {
  if (request.body === null) return Buffer.alloc(0);
  const tooLarge = () => new Refused(413, "PAYLOAD_TOO_LARGE", "A request has at most 64 KiB.");
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > BODY_BYTES_MAX) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks);
}

/**
 * JSON alone: form bodies are "simple requests" that any site may send with our cookie, and they all have the
 * same fingerprint. From our own pages alone: a browser says where it is; curl says nothing and has no cookie jar of ours.
 * @throws {Refused} 403, 415
 */
export function checkOrigin(request: Request): void {
  if (request.method === "GET") return;
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json.");
  }
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const own = request.headers.get("host");
  const foreign =
    site !== null
      ? site !== "same-origin"
      : origin !== null && (!URL.canParse(origin) || new URL(origin).host !== own);
  if (foreign)
    throw new Refused(403, "FORBIDDEN", "This request came from another site. It did nothing.");
}

/**
 * The names in a path, decoded as whoever serves them would: a percent sign that only one of us understands would let a payment pass
 * uncounted, and two thousand queries as one. What cannot be decoded is given as it stands.
 */
export function readProcedures(path: string): string[] {
  try {
    return decodeURIComponent(path).split(",");
  } catch {
    return [path];
  }
}

/**
 * A batch has one set of headers for all its calls: two payments in one tick would share one key.
 * @throws {Refused} 400, or 404 for what is no procedure's name
 */
export function checkBatch(paths: string[], isBatch: boolean, method: string): void {
  if (!paths.every((path) => NAME.test(path)))
    throw new Refused(404, "NOT_FOUND", "There is no such procedure. This request did nothing.");
  if (!isBatch && paths.length === 1) return;
  if (method !== "GET") {
    throw new Refused(
      400,
      "BAD_REQUEST",
      "Mutations are not taken in a batch: one request, one key.",
      {
        idempotency: {
          code: "KEY_INVALID",
          retryable: CODES.KEY_INVALID.retryable,
          sameKey: CODES.KEY_INVALID.sameKey,
        },
      },
    );
  }
  if (paths.length > QUERIES_PER_BATCH_MAX) {
    throw new Refused(400, "BAD_REQUEST", `A batch has at most ${QUERIES_PER_BATCH_MAX} queries.`);
  }
}
