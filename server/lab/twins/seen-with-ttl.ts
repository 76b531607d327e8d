/** Where event ids are remembered for a while: Redis' `SET id NX PX ttl`, or a table that does the same. */
export interface SeenStore {
  /** True for the first who says so, until the time is over. */
  setIfNew(eventId: string, ttlMs: number): Promise<boolean>;
}

/** As the article has it. */
export const SEEN_MS = 2_000;

/**
 * The wrong twin of `server/events/take-event.ts`, in the form in which it is usually written. The memory is one
 * system and the effect is another, so that a crash between the two leaves an event that is remembered and has done
 * nothing: its repeat is thanked and dropped. And it forgets: whoever comes after the time is over is new.
 */
export async function takeEventSeenWithTtl(
  seen: SeenStore,
  eventId: string,
  effect: () => Promise<void>,
  ttlMs = SEEN_MS,
): Promise<"taken" | "dropped"> {
  // cause: S8
  if (!(await seen.setIfNew(eventId, ttlMs))) return "dropped";
  await effect();
  // end
  return "taken";
}
