import type { SendOutcome } from "./read-outcome.ts";

/** The only retry layer's limits. A payment that has no answer after these is shown as "unknown", not as failed. */
export const retryLimits = {
  /** Above the server's own 10 s, so that its "outcome unknown" arrives instead of our timeout. */
  deadlineMs: 12_000,
  sendsMax: 6,
  windowMs: 60_000,
  firstDelayMs: 500,
  delayMaxMs: 8_000,
} as const;

/**
 * May the same key be sent again by itself? Read from top to bottom:
 * nothing but "we do not know" and "not yet" is worth asking twice; every other refusal would be refused again.
 */
export function mayRetry(outcome: SendOutcome): boolean {
  switch (outcome.kind) {
    case "answered":
      return false;
    case "no-answer":
      // Dead connection, deadline, half an answer (2xx), or a proxy that gave up or saw a conflict. A bare 500 or 503 is
      // in doubt too, but came from a server that does not know this payment's rules: the status query asks instead.
      return (
        outcome.httpStatus === null ||
        outcome.httpStatus < 400 ||
        outcome.httpStatus === 409 ||
        outcome.httpStatus === 502 ||
        outcome.httpStatus === 504
      );
    case "refused":
      if (outcome.httpStatus === 408 || outcome.httpStatus === 429) return true;
      if (outcome.httpStatus === 409) return outcome.code === "IN_PROGRESS";
      return outcome.httpStatus === 503 && outcome.sameKey;
  }
}

/**
 * Milliseconds to wait before the send after the `sends`-th (1 = after the first). Full jitter over an exponential
 * cap, because clients that failed together must not come back together; what the server asked for is a floor, and
 * the jitter lies on top of it: with `max(floor, random)` twenty clients told "2 s" would all return at 2.000 s.
 * @param random a number in [0, 1)
 */
export function retryDelayMs(sends: number, retryAfterMs: number | null, random: number): number {
  const cap = Math.min(
    retryLimits.delayMaxMs,
    retryLimits.firstDelayMs * 2 ** Math.max(0, sends - 1),
  );
  if (retryAfterMs === null) return Math.round(random * cap);
  return Math.round(retryAfterMs + random * Math.max(cap, retryAfterMs / 2));
}
