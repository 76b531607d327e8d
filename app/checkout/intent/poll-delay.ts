/** When an order's own intent is followed rather than sent: its answer is near, so look often for a while. */
const joinedMs = [500, 1000, 1000, 2000, 2000, 2000, 4000, 4000, 8000];
/** When retries are used up: 1, 2, 4, 8 s, then every 15 s. */
const unknownMs = [1000, 2000, 4000, 8000];
const steadyMs = 15_000;
/** A page that is left open does not ask for ever. */
export const pollWindowMs = 10 * 60_000;

/** Milliseconds before the `asked + 1`-th look at `checkout.status`. */
export function pollDelayMs(following: "joined" | "unknown", asked: number): number {
  return (following === "joined" ? joinedMs : unknownMs)[asked] ?? steadyMs;
}
