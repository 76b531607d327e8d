import { getTRPCErrorFromUnknown, TRPCError } from "@trpc/server";
import { firstOf } from "../classify.ts";
import { CODES, IdempotencyError } from "../index.ts";
import { errorHeaders } from "../http/index.ts";

/** The part of a request and its answer that the door reads and sets: tRPC's fetch or Node context fits as it is. */
export interface Http {
  req: {
    url?: string | undefined;
    headers: Headers | { readonly [name: string]: string | string[] | undefined };
  };
  resHeaders?: Headers | undefined;
  /** Node's, Express' or Fastify's answer. Of anything else, a WebSocket say, nothing is asked and no header is set. */
  res?: object | undefined;
}

/** Header `Idempotency-Key` as it arrived; null when absent. */
export function keyHeaderOf(http: Http | undefined): string | null {
  const headers = http?.req.headers;
  if (headers === undefined) return null;
  if (headers instanceof Headers) return headers.get("idempotency-key");
  const value = headers["idempotency-key"];
  // Twice the header is no key, even where both say the same.
  return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
}

/** Never throws: by now it is committed or refused, and for want of a header a sale would be a 500 at every replay. */
export function setHeaders(http: Http | undefined, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      http?.resHeaders?.set(name, value);
      if (http?.res) setOn(http.res, name, value);
    } catch {
      // Frozen headers, or an answer that is under way already: the body says all that a client needs.
    }
  }
}

function setOn(res: object, name: string, value: string): void {
  if ("headersSent" in res && res.headersSent === true) return;
  if ("setHeader" in res && typeof res.setHeader === "function") res.setHeader(name, value);
  // Fastify's reply has this one alone, and Express' both.
  else if ("header" in res && typeof res.header === "function") res.header(name, value);
}

/**
 * One mapping from the package's closed table to tRPC and its headers. The cause stays on the error, for
 * `idempotencyErrors` to tell the client. What a handler has refused by itself is thrown as it is.
 */
export async function tellErrors<T>(
  http: Http | undefined,
  key: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IdempotencyError)) throw error;
    const { "Retry-After": retryAfter, ...headers } = errorHeaders(key, error);
    const refusal = refusalOf(error);
    setHeaders(http, headers);
    if (refusal) throw refusal;
    if (retryAfter !== undefined) setHeaders(http, { "Retry-After": retryAfter });
    throw new TRPCError({ code: CODES[error.code].trpc, message: error.message, cause: error });
  }
}

/**
 * The refusals that stay as true when they are asked again. Without 408, 425 and 429, which pass, and without 409, 412 and 422,
 * by which clients know a word about the key.
 */
const REFUSALS = new Set<string>([
  "PARSE_ERROR",
  "BAD_REQUEST",
  "UNAUTHORIZED",
  "PAYMENT_REQUIRED",
  "FORBIDDEN",
  "NOT_FOUND",
  "METHOD_NOT_SUPPORTED",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "PRECONDITION_REQUIRED",
  "CLIENT_CLOSED_REQUEST",
]);

/**
 * What a handler said while nothing was taken: as "ask again" its client would send it six times, and show none of it. Where a
 * verdict of the package lies beneath, it speaks of another key, and of this one it says nothing (decision 0043).
 */
function refusalOf({ code, cause }: IdempotencyError): TRPCError | undefined {
  if (code !== "RELEASED" || firstOf(cause, verdictOf)) return undefined;
  const said = getTRPCErrorFromUnknown(cause);
  return REFUSALS.has(said.code) ? said : undefined;
}

const verdictOf = (level: object) => (level instanceof IdempotencyError ? level : undefined);
