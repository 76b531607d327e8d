import { cpus, loadavg } from "node:os";
import type { Measured } from "./measure.ts";

interface Wal {
  first: number;
  replay: number;
}

export interface Figures {
  /** With one client and with 16. */
  empty: readonly [Measured[], Measured[]];
  full: readonly [Measured[], Measured[]];
  walEmpty: Wal;
  walFull: Wal;
  version: string;
}

/** bench/RESULTS.md, whole. */
export function report({ empty, full, walEmpty, walFull, version }: Figures): string {
  const { length, [0]: cpu } = cpus();
  const load = loadavg()[0] ?? 0;
  const loaded =
    load > length * 1.5
      ? `**The machine was busy with other work** (load ${load.toFixed(1)} on ${length} processors): the ratios come from interleaved rounds and hold within their spread, the times do not.`
      : `The machine was otherwise idle (load ${load.toFixed(1)}, which is the bench itself).`;
  return `# What it costs

Written by \`npm run bench\`: ${new Date().toISOString()}, Node ${process.version}, PostgreSQL ${version}, ${length} × ${cpu?.model.trim()}, client and server on one machine, fsync on.
${loaded}

p50 of an operation through the published API, and its ratio to a bare insert of the same row through raw postgres.js, round against round; in brackets the least and the
greatest of the rounds.

## An empty table

${table(empty)}

## ${(1_000_000).toLocaleString("en")} keys

${table(full)}

## WAL

Bytes for each operation right after a checkpoint, with version 7 keys.

|                  | first execution (recordOnce) | replay |
| ---------------- | ---------------------------- | ------ |
| empty table      | ${walEmpty.first.toFixed(0)} | ${walEmpty.replay.toFixed(1)} |
| 1,000,000 keys   | ${walFull.first.toFixed(0)}  | ${walFull.replay.toFixed(1)} |
`;
}

function table([one, many]: readonly [Measured[], Measured[]]): string {
  const cell = ({ micros, ratio, least, most }: Measured) =>
    `${Math.round(micros)} µs | **${ratio.toFixed(2)}** (${least.toFixed(2)} to ${most.toFixed(2)})`;
  const lines = one.map((measured, at) => {
    const other = many[at];
    return `| ${measured.name} | ${cell(measured)} | ${other ? cell(other) : " | "} |`;
  });
  return `| | 1 client | ratio | 16 clients | ratio |\n| --- | --- | --- | --- | --- |\n${lines.join("\n")}`;
}
