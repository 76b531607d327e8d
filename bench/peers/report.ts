import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import type { Measured } from "../measure.ts";
import type { PeerEntry } from "./list-peers.ts";
import { type Crowd, CROWD, type Guarantees, type Outcome, SHORT_LEASE_MS } from "./probes.ts";
import { firstOf, FLOOR_HTTP, replayOf } from "./time-peers.ts";

export interface Found {
  /** What was found out of each, or why it could not be run. */
  found: Map<PeerEntry, Guarantees | string>;
  one: Map<string, Measured>;
  many: Map<string, Measured>;
  loadBefore: number;
  postgres: string;
  redis: string;
}

/** bench/PEERS.md, whole. */
export function report(all: Found): string {
  const { found, one, many, loadBefore, postgres, redis } = all;
  const { length, [0]: cpu } = cpus();
  const cell = (name: string, measured: Map<string, Measured>) => {
    const it = measured.get(name);
    return it
      ? `**${it.ratio.toFixed(2)}** (${it.lower.toFixed(2)} to ${it.upper.toFixed(2)})`
      : "";
  };
  const rows = [...found].map(([{ name }, it]) => {
    if (typeof it === "string") return `| ${name} | could not be run: see below |${" |".repeat(9)}`;
    const ratios = [firstOf(name), replayOf(name)].flatMap((what) => [
      cell(what, one),
      cell(what, many),
    ]);
    const { oneProcess, fourProcesses } = it.duplicates;
    const probes = [
      crowd(oneProcess),
      crowd(fourProcesses),
      outcome(it.killed),
      it.otherBody,
      outcome(it.thrown),
      outcome(it.zombie),
    ];
    return `| ${[name, ...ratios, ...probes].join(" | ")} |`;
  });
  return `# What others offer, beside ours

Written by \`npm run bench:peers\`: ${new Date().toISOString()}, Node ${process.version}, PostgreSQL ${postgres} with fsync on, Redis-protocol server: ${redis}, keeping nothing on disk. ${length} × ${cpu?.model.trim()}, clients and servers on one machine.
Load ${loadBefore.toFixed(1)} before the times were taken and ${(loadavg()[0] ?? 0).toFixed(1)} after. ${loadBefore > length * 1.5 ? "**The machine was busy with other work**: the" : "The"} ratios come from interleaved rounds of one process and hold within their spread.

Each was made for its own purpose (see below), and most of them not for this one: a row in the same Postgres. Who cannot lose that row twice over, or has an effect that is harmless when it is repeated, is well served by any of them.

## Times and guarantees

First execution with one inserted row as its effect, and replay: p50 against a bare insert of the same row through raw postgres.js, round against round, with 1 and 16 clients; in brackets the middle half of the rounds.
a to e count the rows that one key has in the end; 1 is what was asked for. What they are is below.

| | first ×1 | first ×16 | replay ×1 | replay ×16 | a: 8 at once, one process | a: four processes | b: killed | c: another body | d: thrown | e: zombie |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
| no idempotency at all, behind Express over HTTP: the floor of the two that need it | ${cell(FLOOR_HTTP, one)} | ${cell(FLOOR_HTTP, many)} |${" |".repeat(8)}

${compare(all)}

## The probes

Real processes on a real Postgres, killed by SIGKILL and stopped by SIGSTOP. Who is not answered asks again, for 8 s. The worst of all rounds and points counts.

- **a.** ${CROWD} duplicates at once, 25 times. In brackets how many of the ${CROWD} were told the answer; the others were told to come back.
- **b.** The process is killed at each point where the caller's own code can stand, and as soon as another connection can see the row (5 times); another process is asked again. Where the row goes in the commit of the answer there is no moment between the two.
- **c.** The same key with another amount, after the first has been answered.
- **d.** The handler throws at each of these points, and is asked again.
- **e.** A process is stopped at each of these points and another one is asked until it answers; then the first goes on. Leases and records end after ${SHORT_LEASE_MS / 1_000} s in b and e.

## What each was made for, and how it was set up

| | versions | made for | set up |
| --- | --- | --- | --- |
${[...found].map(([entry, it]) => about(entry, typeof it === "string" ? it : entry.setUp)).join("\n")}
`;
}

function crowd({ effects, answers }: Crowd): string {
  return `${strong(effects)} (${answers} of ${CROWD})`;
}

function outcome({ effects, answered, told = "" }: Outcome): string {
  if (answered) return strong(effects);
  return `${strong(effects)}, ${/thrown/.test(told) ? "and the failure stays its answer" : "and no answer"}`;
}

const strong = (effects: number) => (effects > 1 ? `**${effects}**` : `${effects}`);

/** More than one effect in no probe: what may be compared with ours. */
function keepsToOne({ duplicates, killed, thrown, zombie }: Guarantees): boolean {
  const { oneProcess, fourProcesses } = duplicates;
  return [oneProcess, fourProcesses, killed, thrown, zombie].every(({ effects }) => effects <= 1);
}

function compare({ found, one, many }: Found): string {
  const keeping = [...found].flatMap(([entry, it]) =>
    typeof it !== "string" && keepsToOne(it) ? [entry] : [],
  );
  const others = keeping.filter(({ ours }) => !ours);
  if (others.length === 0) return "No other than ours kept to one row in every probe.";
  const lines = others.flatMap((other) =>
    keeping
      .filter(({ ours }) => ours)
      .map((our) => {
        const times = (what: (name: string) => string) =>
          [one, many].map((measured) => {
            const [theirs, ourOwn] = [other, our].map(
              ({ name }) => measured.get(what(name))?.ratio ?? Number.NaN,
            );
            return `${((theirs ?? 0) / (ourOwn ?? 0)).toFixed(1)}`;
          });
        return `| ${other.name} | ${our.name} | ${[...times(firstOf), ...times(replayOf)].join(" | ")} |`;
      }),
  );
  return `Of the others, ${others.map(({ name }) => name).join(" and ")} kept to one row in every probe. How many times as long as ours it took:

| | against | first ×1 | first ×16 | replay ×1 | replay ×16 |
| --- | --- | --- | --- | --- | --- |
${lines.join("\n")}`;
}

function about({ name, packages, madeFor }: PeerEntry, setUp: string): string {
  return `| ${name} | ${packages.map(versionOf).join(", ")} | ${madeFor} | ${setUp} |`;
}

function versionOf(name: string): string {
  const file = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  const { name: own, version } = JSON.parse(readFileSync(file, "utf8"));
  return `${own} ${version}`;
}
