/**
 * Every answer about a key that is not its result: the closed table that the server's mapping, the client's
 * retry rule and docs/errors.md read. `http` and `trpc` are one fact in two tongues; `sameKey` says whether sending
 * the same key again can ever give the result.
 */
export const CODES = {
  KEY_INVALID: {
    http: 400,
    trpc: "BAD_REQUEST",
    retryable: false,
    sameKey: true,
    sentence:
      "The idempotency key is missing or malformed. Send one UUID, version 4 or 7, made once per checkout intent.",
  },
  KEY_REUSED: {
    http: 422,
    trpc: "UNPROCESSABLE_CONTENT",
    retryable: false,
    sameKey: false,
    sentence: "This idempotency key belongs to another request. Nothing ran.",
  },
  IN_PROGRESS: {
    http: 409,
    trpc: "CONFLICT",
    retryable: true,
    sameKey: true,
    sentence: "This request is still running. Ask again with the same key.",
  },
  ORDER_BUSY: {
    http: 409,
    trpc: "CONFLICT",
    retryable: false,
    sameKey: false,
    sentence: "Another payment of this order is under way. Join that one.",
  },
  ORDER_PAID: {
    http: 409,
    trpc: "CONFLICT",
    retryable: false,
    sameKey: false,
    sentence: "This order is paid already. Nothing ran.",
  },
  PRICE_CHANGED: {
    http: 409,
    trpc: "CONFLICT",
    retryable: false,
    sameKey: true,
    sentence: "The total is not the one you confirmed. Nothing was charged: confirm the new total.",
  },
  OUTCOME_UNKNOWN: {
    http: 503,
    trpc: "SERVICE_UNAVAILABLE",
    retryable: true,
    sameKey: true,
    sentence: "The effect may have happened. Ask again with this key, and only with this key.",
  },
  RELEASED: {
    http: 503,
    trpc: "SERVICE_UNAVAILABLE",
    retryable: true,
    sameKey: true,
    sentence: "It failed before anything was taken. Ask again with the same key.",
  },
  STORE_UNAVAILABLE: {
    http: 503,
    trpc: "SERVICE_UNAVAILABLE",
    retryable: true,
    sameKey: true,
    sentence:
      "The database cannot be reached, and nothing runs without it. Ask again with the same key.",
  },
  KEY_EXPIRED: {
    http: 412,
    trpc: "PRECONDITION_FAILED",
    retryable: false,
    sameKey: false,
    sentence: "The record of this key is no longer kept, so it is refused and not run again.",
  },
  VOIDED: {
    http: 412,
    trpc: "PRECONDITION_FAILED",
    retryable: false,
    sameKey: false,
    sentence: "This intent was given up and nothing was taken. Start a new one.",
  },
} as const;

export type Code = keyof typeof CODES;

export interface ErrorDetail {
  retryAfterMs?: number;
  /** The fence under which the answer was given. */
  attempt?: number;
  /** The key of the intent that holds the order (`ORDER_BUSY`, `ORDER_PAID`). */
  intentId?: string;
  cause?: unknown;
  sentence?: string;
}

/** Registered, so that every copy of this module has the same. */
const KIND = Symbol.for("payonce-idempotency.kind");

/**
 * One process may hold two copies of this module: two installs with other peers, a hot reload. Each has classes of its own, and
 * what the other's `send` threw, "nobody may send again", was an unknown error like any. So `instanceof` asks for the kind
 * that both have written on their classes. A subclass of somebody's has none of its own, and is asked for as usual.
 */
class Recognised extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    if (!(value instanceof Error) || !Object.hasOwn(this, KIND)) return false;
    return Reflect.get(Object(value.constructor), KIND) === Reflect.get(this, KIND);
  }
}

/** The one error of the package. `code` names a row of {@link CODES}. */
export class IdempotencyError extends Recognised {
  static readonly [KIND] = "IdempotencyError";
  override readonly name = "IdempotencyError";
  readonly code: Code;
  readonly detail: ErrorDetail;

  constructor(code: Code, detail: ErrorDetail = {}) {
    super(detail.sentence ?? CODES[code].sentence, { cause: detail.cause });
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Thrown by a step's `send` when the call surely did nothing (no connection was made, or the other system
 * documents the refusal as "before processing"). Everything else that `send` throws counts as unknown.
 */
export class NotTaken extends Recognised {
  static readonly [KIND] = "NotTaken";
  override readonly name = "NotTaken";
}

/**
 * Thrown by a step's `send` when the other system says that our own record is wrong (this key had another
 * request): nobody may send again, a person decides. The order stays blocked.
 */
export class NeedsReview extends Recognised {
  static readonly [KIND] = "NeedsReview";
  override readonly name = "NeedsReview";
}

/** A mistake in an effect: it cannot be put into a statement, so nothing was sent. As wrong the next time as this time. */
export class UnwritableEffect extends TypeError {
  override readonly name = "UnwritableEffect";
  readonly code = "UNWRITABLE_EFFECT";
}

/** A write found that a newer fence owns the key. Never leaves the package. */
export class Fenced extends Recognised {
  static readonly [KIND] = "Fenced";
  override readonly name = "Fenced";
}
