import { seeded } from "./choose.ts";
import { drawShape } from "./draw.ts";
import { play, type Played } from "./play.ts";
import { shrink } from "./shrink.ts";
import { tell } from "./step.ts";
import { Tally } from "./tally.ts";
import type { Variant } from "./variant.ts";
import type { Place } from "./world.ts";

export interface Many {
  seed: number;
  count: number;
  /** Histories at once. They share tables and nothing else. */
  atOnce?: number;
  variant?: Variant;
  /** A history that takes longer hangs, and that is a finding too. */
  patienceMs?: number;
  /** Whether what is found is made smaller. */
  shrinks?: boolean;
}

export interface Verdict {
  played: number;
  seconds: number;
  /** What all of them have reached. */
  tally: Tally;
  /** The first one that went wrong, made as small as it gets. */
  found?: Played;
}

/** Plays seeds `seed`, `seed + 1` … until one goes wrong. */
export async function runMany(place: Place, many: Many): Promise<Verdict> {
  const { seed, count, atOnce = 48, variant, patienceMs = 180_000, shrinks = true } = many;
  const startedAt = performance.now();
  let next = 0;
  let played = 0;
  let found: Played | undefined;
  const tally = new Tally();
  const player = async () => {
    while (next < count && found === undefined) {
      const mine = seed + next++;
      const outcome = await withPatience(play(place, mine, variant), mine, patienceMs);
      played += 1;
      if (outcome.tally) tally.merge(outcome.tally);
      if (outcome.violations.length > 0) found ??= outcome;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, player));
  const smallest =
    found && found.steps.length > 0 && shrinks ? await shrink(place, found, variant) : found;
  const seconds = (performance.now() - startedAt) / 1_000;
  return { played, seconds, tally, ...(smallest && { found: smallest }) };
}

async function withPatience(playing: Promise<Played>, seed: number, ms: number): Promise<Played> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Played>((resolve) => {
    const violations = [{ property: "L1" as const, said: `nothing moves any more after ${ms} ms` }];
    timer = setTimeout(
      () => resolve({ seed, shape: drawShape(seeded(seed)), steps: [], violations }),
      ms,
    );
  });
  try {
    return await Promise.race([playing, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What somebody needs to see it again: the seed's number, or, where nothing was drawn, the steps themselves. */
export function report({ seed, shape, steps, violations }: Played): string {
  const [first] = violations;
  return [
    `${seed === undefined ? "this order" : `seed ${seed}`} hurts ${first?.property}: ${first?.said}`,
    `  ${Object.entries(shape)
      .map(([name, value]) => `${name}: ${value}`)
      .join(", ")}`,
    ...steps.map((step, at) => `  ${at + 1}. ${tell(step)}`),
    ...(seed === undefined ? [] : [`  again: npm run histories -- --seed ${seed} --count 1`]),
  ].join("\n");
}
