import { TRPCError } from "@trpc/server";
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
 * `idempotencyErrors` to tell the client.
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
    setHeaders(http, errorHeaders(key, error));
    throw new TRPCError({ code: CODES[error.code].trpc, message: error.message, cause: error });
  }
}
