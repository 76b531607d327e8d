import { CODES, type Code, IdempotencyError, type Recorded } from "../index.ts";

/** What a client is told of an {@link IdempotencyError}, beside the status: `data.idempotency` in tRPC. */
export interface IdempotencyData {
  code: Code;
  retryable: boolean;
  /** Whether sending the same key again can ever give the result. */
  sameKey: boolean;
  retryAfterMs?: number;
  attempt?: number;
  intentId?: string;
}

/** Undefined for any other error. */
export function detailOf(error: unknown): IdempotencyData | undefined {
  if (!(error instanceof IdempotencyError)) return undefined;
  const { retryable, sameKey } = CODES[error.code];
  const { attempt, intentId } = error.detail;
  const retryAfterMs = retryAfterOf(error);
  return {
    code: error.code,
    retryable,
    sameKey,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(attempt !== undefined && { attempt }),
    ...(intentId !== undefined && { intentId }),
  };
}

/** Headers of an answer, the first time and every time: beside `content-type`, these alone. */
export function answerHeaders(key: string, recorded: Recorded): Record<string, string> {
  return {
    "Idempotency-Key": key,
    "Idempotency-Attempt": String(recorded.attempt),
    "Idempotent-Replayed": String(recorded.replayed),
  };
}

/** Headers of a refusal. @param key undefined where the refusal is about the key itself */
export function errorHeaders(
  key: string | undefined,
  error: IdempotencyError,
): Record<string, string> {
  const { attempt } = error.detail;
  const retryAfterMs = retryAfterOf(error);
  return {
    ...(key !== undefined && { "Idempotency-Key": key, "Idempotent-Replayed": "false" }),
    ...(attempt !== undefined && { "Idempotency-Attempt": String(attempt) }),
    ...(retryAfterMs !== undefined && { "Retry-After": String(Math.ceil(retryAfterMs / 1_000)) }),
  };
}

/** Every 409 and 503 that may be sent again says when: a client without a number would choose 0. */
function retryAfterOf(error: IdempotencyError): number | undefined {
  const { retryable, http } = CODES[error.code];
  if (retryable && (http === 409 || http === 503)) return error.detail.retryAfterMs ?? 1_000;
  return error.detail.retryAfterMs;
}
