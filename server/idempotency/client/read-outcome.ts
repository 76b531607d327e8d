import { TRPCClientError } from "@trpc/client";
import { BareAnswer } from "./bare-answer.ts";

/**
 * How one send ended, seen from the browser. Three kinds, never two:
 * - `answered`: the server gave the answer of this key, freshly or from its record;
 * - `refused`: the server said what this send did *not* do (a code of the closed table, or a plain 4xx);
 * - `no-answer`: we cannot know. The connection died, the deadline passed, half an answer came, or somebody between
 *   us and the payment code gave up (a 5xx without `data.idempotency`, a 409, 412 or 422 without a word of our server).
 */
export type SendOutcome =
  | { kind: "answered"; replayed: boolean }
  | {
      kind: "refused";
      code: string | null;
      httpStatus: number;
      sameKey: boolean;
      retryAfterMs: number | null;
      message: string;
      /** The key of the intent that holds the order (ORDER_BUSY, ORDER_PAID): to join that one and no other. */
      intentId?: string;
      /** Header `X-Trace-Id`: what the server's log has this refusal under, where it has it at all. */
      traceId?: string;
    }
  | { kind: "no-answer"; httpStatus: number | null };

/** The fields of `data.idempotency` that the client's rules read (CONTRACT section 3). */
type WireRefusal = { code: string; sameKey: boolean; retryAfterMs?: number; intentId?: string };

function readRefusal(data: unknown): WireRefusal | null {
  if (typeof data !== "object" || data === null || !("idempotency" in data)) return null;
  const told = data.idempotency;
  if (typeof told !== "object" || told === null) return null;
  if (!("code" in told) || typeof told.code !== "string") return null;
  const sameKey = "sameKey" in told && told.sameKey === true;
  const refusal: WireRefusal = { code: told.code, sameKey };
  if ("retryAfterMs" in told && typeof told.retryAfterMs === "number")
    refusal.retryAfterMs = told.retryAfterMs;
  if ("intentId" in told && typeof told.intentId === "string") refusal.intentId = told.intentId;
  return refusal;
}

/** The `Response` that tRPC's http link leaves in an error's or a result's meta; null when no byte of one came. */
export function responseOf(meta: Record<string, unknown> | undefined): Response | null {
  return meta?.["response"] instanceof Response ? meta["response"] : null;
}

/** `Retry-After` in milliseconds. Seconds only: our server never sends the date form. */
function readRetryAfterMs(response: Response | null): number | null {
  const seconds = Number(response?.headers.get("retry-after") ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/**
 * Reads a failed call into a {@link SendOutcome}. The status and the code decide, never the message.
 * A 2xx that ends up here is an answer that broke off half-way: its payment may well be done.
 */
export function readOutcome(error: unknown): SendOutcome {
  if (!(error instanceof TRPCClientError)) return { kind: "no-answer", httpStatus: null };
  const response =
    responseOf(error.meta) ?? (error.cause instanceof BareAnswer ? error.cause.response : null);
  const refusal = readRefusal(error.data);
  const status = response?.status ?? null;
  // With these our server speaks of the key, so only its own words will do: a proxy's page may stand for any answer.
  const wordless = error.data == null && (status === 409 || status === 412 || status === 422);
  if (refusal === null && (wordless || status === null || status < 400 || status >= 500))
    return { kind: "no-answer", httpStatus: status };
  const traceId = response?.headers.get("x-trace-id");
  return {
    kind: "refused",
    code: refusal?.code ?? null,
    httpStatus: status ?? 0,
    sameKey: refusal?.sameKey ?? false,
    // The longer of the two: the header may have been raised by somebody in between.
    retryAfterMs: longer(refusal?.retryAfterMs ?? null, readRetryAfterMs(response)),
    message: error.message,
    ...(refusal?.intentId !== undefined && { intentId: refusal.intentId }),
    ...(traceId && { traceId }),
  };
}

function longer(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
