import { v7 as uuidv7 } from "uuid";

export type Variants = Record<string, (key: string) => Promise<unknown>>;

export interface Measured {
  name: string;
  /** Median of the rounds' medians. */
  micros: number;
  /** Median of the ratios to the first variant, round against round: steadier than the two times are. */
  ratio: number;
  least: number;
  most: number;
}

/** Many short rounds rather than few long ones: whatever slows this machine lasts longer than one of them. */
const ROUNDS = 40;
const WARM_UP = 5;

/** Interleaved, so that a machine that slows down slows all of them; the first rounds warm up and are not counted. */
export async function measure(variants: Variants, clients: number): Promise<Measured[]> {
  const runsPerRound = Math.max(20, clients * 5);
  const medians = new Map<string, number[]>();
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(variants)) {
      const took = median(await timed(run, clients, runsPerRound));
      if (round >= 0) medians.set(name, [...(medians.get(name) ?? []), took]);
    }
  }
  const [floor = []] = medians.values();
  return [...medians].map(([name, rounds]) => {
    const ratios = rounds.map((took, at) => took / (floor[at] ?? Number.NaN));
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
    return { name, micros: median(rounds), ratio: median(ratios), least, most };
  });
}

/** Microseconds of each run, `clients` at a time. */
async function timed(run: Variants[string], clients: number, runs: number): Promise<number[]> {
  const took: number[] = [];
  let left = runs;
  const client = async () => {
    while (left-- > 0) {
      const key = uuidv7();
      const start = performance.now();
      await run(key);
      took.push((performance.now() - start) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return took;
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
