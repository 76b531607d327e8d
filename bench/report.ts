import { cpus, loadavg } from "node:os";
import type { Measured } from "./measure.ts";
import { NAMES } from "./names.ts";

interface Wal {
  first: number;
  replay: number;
}

export interface Figures {
  /** With one client and with 16. */
  empty: readonly [Measured[], Measured[]];
  full: readonly [Measured[], Measured[]];
  /** With the keys of `full`, against the same on a table that had none. */
  grown: Measured[];
  /** With the keys of `full`, through this project's own pool. */
  guarded: readonly [Measured[], Measured[]];
  walEmpty: Wal;
  walFull: Wal;
  version: string;
}

/** bench/RESULTS.md, whole. */
export function report(figures: Figures): string {
  const { empty, full, guarded, walEmpty, walFull, version } = figures;
  const { length, [0]: cpu } = cpus();
  const load = loadavg()[0] ?? 0;
  const loaded =
    load > length * 1.5
      ? `**The machine was busy with other work** (load ${load.toFixed(1)} on ${length} processors): the ratios come from interleaved rounds and hold within their spread, the times do not.`
      : `The machine was otherwise idle (load ${load.toFixed(1)}, which is the bench itself).`;
  return `# What it costs

Written by \`npm run bench\`: ${new Date().toISOString()}, Node ${process.version}, PostgreSQL ${version}, ${length} × ${cpu?.model.trim()}, client and server on one machine, fsync on.
${loaded}

p50 of an operation through the published API, over Drizzle and postgres.js as an app opens them (\`prepared(db)\`), and its ratio to a bare insert of the same row through raw postgres.js, round against round; in brackets the middle half of the rounds. Measured in groups, each with bare inserts of its own, so that what takes ten times as long is no neighbour of what is judged by microseconds.

## Goals

${goals(figures)}

## An empty table

${table(empty)}

## ${(1_000_000).toLocaleString("en")} keys

${table(full)}

## Through this project's own pool

The same keys, with \`db/client.ts\` between, and in a process whose every promise its \`AsyncLocalStorage\` makes dearer, the bare insert's too: compare it within this table.

${table(guarded)}

## WAL

Bytes for each operation right after a checkpoint, with version 7 keys.

|                  | first execution (recordOnce) | replay |
| ---------------- | ---------------------------- | ------ |
| empty table      | ${walEmpty.first.toFixed(0)} | ${walEmpty.replay.toFixed(1)} |
| 1,000,000 keys   | ${walFull.first.toFixed(0)}  | ${walFull.replay.toFixed(1)} |
`;
}

function table([one, many]: readonly [Measured[], Measured[]]): string {
  const cell = ({ micros, ratio, lower, upper }: Measured) =>
    `${Math.round(micros)} µs | **${ratio.toFixed(2)}** (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
  const lines = one.map((measured, at) => {
    const other = many[at];
    return `| ${measured.name} | ${cell(measured)} | ${other ? cell(other) : " | "} |`;
  });
  return `| | 1 client | ratio | 16 clients | ratio |\n| --- | --- | --- | --- | --- |\n${lines.join("\n")}`;
}

/** The greatest ratio that we want, with one client and with 16. */
const GOALS: Record<string, [one: number, many?: number]> = {
  [NAMES.record]: [1.35, 1.5],
  [NAMES.recordOrdinary]: [1.85, 2.9],
  [NAMES.pay]: [2.8, 3.6],
  [NAMES.replay]: [0.45, 0.6],
  [NAMES.duplicates]: [1.7],
  [NAMES.duplicatesOfProcesses]: [4.5],
};

function goals({ empty, grown, walEmpty, walFull }: Figures): string {
  const lines: string[] = [];
  const compare = (what: string, is: number, most: number, digits = 2) =>
    lines.push(
      `| ${what} | ${most.toFixed(digits)} | ${is.toFixed(digits)} | ${is <= most ? "met" : "**missed**"} |`,
    );
  const ratioOf = (measured: Measured[], name: string) =>
    measured.find((one) => one.name === name)?.ratio ?? Number.NaN;
  for (const [name, most] of Object.entries(GOALS)) {
    for (const [at, clients] of ["1 client", "16 clients"].entries()) {
      const goal = most[at];
      if (goal) compare(`${name}, ${clients}`, ratioOf(empty[at] ?? [], name), goal);
    }
  }
  for (const [at, clients] of ["1 client", "16 clients"].entries()) {
    const measured = empty[at] ?? [];
    const ordinary = ratioOf(measured, NAMES.recordOrdinary);
    const what = `${NAMES.recordOrdinary}, ${clients}: no dearer than stock`;
    compare(what, ordinary, ratioOf(measured, NAMES.stock));
  }
  for (const { name, ratio } of grown)
    compare(`${name}, 1 client: 10^6 keys against an empty table`, ratio, 1.05);
  compare(
    "WAL after a checkpoint, first execution",
    Math.max(walEmpty.first, walFull.first),
    850,
    0,
  );
  compare("WAL of a replay", Math.max(walEmpty.replay, walFull.replay), 0, 0);
  return `| | at most | is | |\n| --- | --- | --- | --- |\n${lines.join("\n")}`;
}
