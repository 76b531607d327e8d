/** A whole number from 0 to n - 1. Whoever chooses decides everything that is not decided by the package. */
export type Choose = (n: number) => number;

/** The same seed, the same choices (mulberry32). */
export function seeded(seed: number): Choose {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * n);
  };
}

/** One of them, each as likely as its weight says. */
export function oneOf<T>(choose: Choose, weighted: readonly (readonly [weight: number, T])[]): T {
  let left = choose(weighted.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, value] of weighted) {
    if (left < weight) return value;
    left -= weight;
  }
  throw new RangeError("nothing to choose from");
}
