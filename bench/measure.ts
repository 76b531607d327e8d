import { v7 as uuidv7 } from "uuid";

export type Variants = Record<string, (key: string) => Promise<unknown>>;

export interface Measured {
  name: string;
  /** Median of the rounds' medians. */
  micros: number;
  /** Median of the ratios to the first variant, round against round: steadier than the two times are. */
  ratio: number;
  /** A quarter of the rounds was below, a quarter above. */
  lower: number;
  upper: number;
}

/** Many short rounds rather than few long ones: whatever slows this machine lasts longer than one of them. */
const ROUNDS = 50;
/** Of each variant, before anything counts: a process that serves has compiled what it runs. */
const WARM_UP_RUNS = 1_000;

/**
 * Interleaved, so that a machine that slows down slows all of them, and shuffled, so that none has the same neighbour each time.
 * @param limits where some variants are a hundred times slower than others: `warmUpMs` of each at most, and fewer `rounds`
 */
export async function measure(
  variants: Variants,
  clients: number,
  { warmUpMs = Number.POSITIVE_INFINITY, rounds = ROUNDS } = {},
): Promise<Measured[]> {
  const runsPerRound = Math.max(16, clients * 5);
  const medians = new Map<string, number[]>();
  for (const run of Object.values(variants)) await timed(run, clients, WARM_UP_RUNS, warmUpMs);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of shuffled(Object.entries(variants))) {
      const took = median(await timed(run, clients, runsPerRound));
      medians.set(name, [...(medians.get(name) ?? []), took]);
    }
  }
  const floor = medians.get(Object.keys(variants)[0] ?? "") ?? [];
  return Object.keys(variants).map((name) => {
    const rounds = medians.get(name) ?? [];
    const ratios = rounds.map((took, at) => took / (floor[at] ?? Number.NaN));
    const [lower, upper] = [quantile(ratios, 0.25), quantile(ratios, 0.75)];
    return { name, micros: median(rounds), ratio: median(ratios), lower, upper };
  });
}

/** Microseconds of each run, `clients` at a time. */
async function timed(
  run: Variants[string],
  clients: number,
  runs: number,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<number[]> {
  const took: number[] = [];
  const endAt = performance.now() + mostMs;
  let left = runs;
  const client = async () => {
    while (left-- > 0 && performance.now() < endAt) {
      const key = uuidv7();
      const start = performance.now();
      await run(key);
      took.push((performance.now() - start) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return took;
}

function shuffled<T>(all: T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

const median = (values: number[]) => quantile(values, 0.5);
