import { seeded } from "./choose.ts";
import { drawShape, drawStep, drawTrouble } from "./draw.ts";
import { heal } from "./heal.ts";
import type { History, Step } from "./step.ts";
import type { Tally } from "./tally.ts";
import { SOUND, type Variant } from "./variant.ts";
import type { Violation } from "./witness.ts";
import { type Place, World } from "./world.ts";

/** Without steps where a history hangs: then its seed is all that is known. */
export interface Played extends History {
  violations: Violation[];
  tally?: Tally;
}

/** Draws a history out of its seed while it is played, since what can come next depends on what came. */
export async function play(place: Place, seed: number, variant: Variant = SOUND): Promise<Played> {
  const choose = seeded(seed);
  const shape = drawShape(choose);
  const trouble = drawTrouble(choose);
  const world = new World(place, shape, variant);
  const length = 6 + choose(17);
  const steps: Step[] = [];
  while (steps.length < length && world.witness.violations.length === 0) {
    const step = drawStep(world, trouble, choose, steps.length);
    steps.push(step);
    await world.take(step);
  }
  return await rest(world, { seed, shape, steps });
}

/** The same steps again, or fewer of them: one that has lost its attempt does nothing. */
export async function replay(place: Place, history: History, variant: Variant = SOUND) {
  const world = new World(place, history.shape, variant);
  for (const step of history.steps) {
    if (world.witness.violations.length > 0) break;
    await world.take(step);
  }
  return await rest(world, history);
}

/** The faults stop, and everything is looked at. */
export async function rest(world: World, history: History): Promise<Played> {
  const { violations } = world.witness;
  if (violations.length === 0) await heal(world);
  return { ...history, violations, tally: world.tally };
}
