import type { StormSample } from "../trpc/outputs.ts";

/** One second of a storm: its counts are a second's, but for `duplicates`, which is a total. */
export type Rate = Omit<StormSample, "charges" | "p50" | "p99"> & {
  /** Milliseconds; the worst of the second, 0 where no send ended. */
  p50: number;
  p99: number;
};

/** Four samples a second become one row: what a person can read. */
export function ratesOf(samples: readonly StormSample[]): Rate[] {
  const rates: Rate[] = [];
  let before = { sent: 0, executed: 0, replayed: 0, inDoubt: 0 };
  for (const [second, last, all] of bySecond(samples)) {
    rates.push({
      t: second,
      sent: last.sent - before.sent,
      executed: last.executed - before.executed,
      replayed: last.replayed - before.replayed,
      inDoubt: last.inDoubt - before.inDoubt,
      duplicates: last.duplicates,
      p50: Math.max(0, ...all.map(({ p50 }) => p50 ?? 0)),
      p99: Math.max(0, ...all.map(({ p99 }) => p99 ?? 0)),
    });
    before = last;
  }
  return rates;
}

function bySecond(samples: readonly StormSample[]): [number, StormSample, StormSample[]][] {
  const seconds: [number, StormSample, StormSample[]][] = [];
  for (const sample of samples) {
    const second = Math.ceil(sample.t / 1_000);
    const current = seconds.at(-1);
    if (current?.[0] === second) {
      current[1] = sample;
      current[2].push(sample);
    } else seconds.push([second, sample, [sample]]);
  }
  return seconds;
}
