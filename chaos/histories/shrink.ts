import { replay, type Played } from "./play.ts";
import type { Variant } from "./variant.ts";
import type { Place } from "./world.ts";

/** Leaves steps out, from the last to the first, as long as the same property is still hurt. */
export async function shrink(place: Place, found: Played, variant?: Variant): Promise<Played> {
  const property = found.violations[0]?.property;
  let smallest = found;
  for (let size = Math.ceil(found.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = smallest.steps.length - size; at >= 0; at -= 1) {
      const steps = smallest.steps.toSpliced(at, size);
      const again = await replay(place, { ...smallest, steps }, variant);
      if (again.violations[0]?.property === property) smallest = again;
    }
  }
  return smallest;
}
