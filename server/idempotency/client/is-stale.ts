import type { IntentRecord } from "./intent-record.ts";

const staleAfterMs = 10 * 60_000;

/**
 * Nothing of such a record is sent by itself: the person has gone away and may have changed their mind. One from the
 * future is stale, too: the clock was set back, and nobody knows how old it is.
 * @param nowMs on the browser's clock
 */
export function isStale(
  { firstSentAt }: Pick<IntentRecord<never, never>, "firstSentAt">,
  nowMs: number,
): boolean {
  const ageMs = nowMs - Date.parse(firstSentAt ?? "");
  return !(ageMs >= 0 && ageMs <= staleAfterMs);
}
