import type { RecordedStep } from "./core/key-row.ts";
import { NeedsReview } from "./errors.ts";

/** Each step renews the lease once, so this and the lease say how long one attempt can own a key at most. */
const STEPS_MAX = 20;

type Steps = ReadonlyMap<string, RecordedStep>;

/** Something may have happened under this name. A step that surely did nothing binds nobody. */
export function binds({ result, openSends }: RecordedStep): boolean {
  return result !== null || openSends.length > 0;
}

/**
 * A handler is run again from its start and told what its steps gave, so it must take the same steps in the same
 * order. One that was changed between two deploys would be told another step's story: nobody guesses, a person decides.
 * @param taken names of the steps that this attempt has begun; `name` is added
 * @returns the place of the step, from 1
 * @throws {NeedsReview} what is recorded and what this handler does differ
 */
export function takePlace(steps: Steps, taken: string[], name: string): number {
  if (taken.includes(name)) throw new Error(`Step ${name} is taken twice by one attempt`);
  const place = taken.length + 1;
  if (place > STEPS_MAX) throw new Error(`An attempt takes at most ${STEPS_MAX} steps`);
  for (const [recorded, step] of steps) {
    if (binds(step) && (step.place === place) !== (recorded === name)) {
      throw new NeedsReview(
        `step ${recorded} was begun as number ${step.place}, and this handler takes ${name} as number ${place}: its steps were changed meanwhile`,
      );
    }
    if (step.marked && place === 1 && recorded !== name)
      throw new Error(`Step ${recorded} is marked by the claim, so it must be the first one`);
  }
  taken.push(name);
  return place;
}

/** @throws {NeedsReview} a step was begun and this handler ends without it */
export function assertAllTaken(steps: Steps, taken: readonly string[]): void {
  for (const [recorded, step] of steps) {
    if (binds(step) && !taken.includes(recorded))
      throw new NeedsReview(
        `step ${recorded} was begun, and this handler ends without it: its steps were changed meanwhile`,
      );
  }
}
