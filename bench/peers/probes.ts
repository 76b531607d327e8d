import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import type { PeerEntry } from "./list-peers.ts";
import type { Surroundings } from "./peer.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

/** What came of one key. */
export interface Outcome {
  effects: number;
  /** Whether whoever asked again and again was told the answer at last. */
  answered: boolean;
  /** What a caller was told instead of an answer, the last time. */
  told?: string;
}

export interface Guarantees {
  /** Eight at once: the most effects that one key had, and the fewest of eight that were told the answer. */
  duplicates: { oneProcess: Crowd; fourProcesses: Crowd };
  /** Killed by SIGKILL, asked again by another process. The worst of all moments. */
  killed: Outcome;
  /** The same key with another amount. */
  otherBody: "refused" | "the first answer" | "ran";
  /** The handler throws; asked again. The worst of all points. */
  thrown: Outcome;
  /** A process that stood still, was given up, and went on. The worst of all points. */
  zombie: Outcome;
}

export interface Crowd {
  effects: number;
  answers: number;
}

export interface Bench {
  /** May read `peer_effects`. */
  sql: postgres.Sql;
  entry: Pick<PeerEntry, "file" | "points">;
  where: Pick<Surroundings, "appUrl" | "adminUrl" | "redisUrl">;
}

export const CROWD = 8;
/** Some races are lost once in many times. */
const CROWD_ROUNDS = 25;
const SEEN_ROUNDS = 5;
const RETRY_MS = 200;
/** A claim that its owner never gives up by itself: nothing but a release can free it in time. */
const LONG_LEASE_MS = 600_000;
/** For probes that wait for its end, and much shorter than what follows. */
export const SHORT_LEASE_MS = 2_000;
const PATIENCE_MS = 8_000;
const AMOUNT = 1998;

export async function probe(bench: Bench): Promise<Guarantees> {
  return {
    duplicates: {
      oneProcess: await duplicates(bench, 1),
      fourProcesses: await duplicates(bench, 4),
    },
    killed: await killed(bench),
    otherBody: await otherBody(bench),
    thrown: await thrown(bench),
    zombie: await zombie(bench),
  };
}

export async function duplicates(bench: Bench, processes: number): Promise<Crowd> {
  const each = Array.from({ length: processes }, (_, at) =>
    start(bench, LONG_LEASE_MS, `bench-${at}`),
  );
  return await withWorkers(each, async (workers) => {
    // Once before: the first connection of a process is slower than a duplicate.
    for (const worker of workers) await worker.pay({ key: uuidv7(), amount: AMOUNT });
    const worst = { effects: 0, answers: CROWD };
    for (let round = 0; round < CROWD_ROUNDS; round += 1) {
      const key = uuidv7();
      const asked = Array.from({ length: CROWD }, (_, at) =>
        workers[at % processes]?.pay({ key, amount: AMOUNT }),
      );
      const settled = await Promise.all(asked);
      const answers = settled.filter((one) => one && "answer" in one).length;
      worst.effects = Math.max(worst.effects, await effectsOf(bench.sql, key));
      worst.answers = Math.min(worst.answers, answers);
    }
    return worst;
  });
}

/** At each point where the caller's code stands, and as soon as anybody else can see the effect. */
export async function killed(bench: Bench, seenRounds = SEEN_ROUNDS): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const point of bench.entry.points) {
    outcomes.push(
      await killedAnd(bench, async (worker, call) => {
        await worker.hold(call, point);
      }),
    );
  }
  for (let round = 0; round < seenRounds; round += 1) {
    outcomes.push(
      await killedAnd(bench, async (worker, call) => {
        await worker.pay({ key: uuidv7(), amount: AMOUNT });
        let isSettled = false;
        void worker.pay(call).then(() => (isSettled = true));
        while (!isSettled && (await effectsOf(bench.sql, call.key)) === 0);
      }),
    );
  }
  return worstOf(outcomes);
}

async function killedAnd(
  bench: Bench,
  until: (worker: WorkerProcess, call: { key: string; amount: number }) => Promise<void>,
): Promise<Outcome> {
  const call = { key: uuidv7(), amount: AMOUNT };
  await withWorkers([start(bench, SHORT_LEASE_MS)], async ([worker]) => {
    if (worker) await until(worker, call);
    worker?.signal("SIGKILL");
  });
  return await withWorkers([start(bench, SHORT_LEASE_MS)], ([worker]) =>
    retry(bench, worker, call),
  );
}

async function otherBody(bench: Bench): Promise<Guarantees["otherBody"]> {
  return await withWorkers([start(bench, LONG_LEASE_MS)], async ([worker]) => {
    const key = uuidv7();
    await worker?.pay({ key, amount: AMOUNT });
    const second = await worker?.pay({ key, amount: AMOUNT + 1 });
    if ((await effectsOf(bench.sql, key)) > 1) return "ran";
    return second && "answer" in second ? "the first answer" : "refused";
  });
}

async function thrown(bench: Bench): Promise<Outcome> {
  return await withWorkers([start(bench, LONG_LEASE_MS)], async ([worker]) => {
    const outcomes: Outcome[] = [];
    for (const point of bench.entry.points) {
      const call = { key: uuidv7(), amount: AMOUNT };
      await worker?.pay(call, { point, what: "throw" });
      outcomes.push(await retry(bench, worker, call));
    }
    return worstOf(outcomes);
  });
}

/** Held at a point, stopped whole, given up by another process, then let go: as a machine that was paused. */
export async function zombie(bench: Bench): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const point of bench.entry.points) {
    const call = { key: uuidv7(), amount: AMOUNT };
    const outcome = await withWorkers([start(bench, SHORT_LEASE_MS)], async ([sleeper]) => {
      if (sleeper === undefined) throw new Error("no process");
      const { settled } = await sleeper.hold(call, point);
      sleeper.signal("SIGSTOP");
      const heir = start(bench, SHORT_LEASE_MS);
      return await withWorkers([heir], async ([worker]) => {
        const taken = await retry(bench, worker, call);
        sleeper.signal("SIGCONT");
        sleeper.go();
        await Promise.race([settled, sleep(PATIENCE_MS)]);
        return { ...taken, effects: await effectsOf(bench.sql, call.key) };
      });
    });
    outcomes.push(outcome);
  }
  return worstOf(outcomes);
}

/** Asks again until there is an answer: longer than any lease here. */
async function retry(
  bench: Bench,
  worker: WorkerProcess | undefined,
  call: { key: string; amount: number },
): Promise<Outcome> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let told = "nothing";
  while (performance.now() < giveUpAt) {
    const late = sleep(giveUpAt - performance.now(), { error: told });
    const settled = await Promise.race([worker?.pay(call) ?? late, late]);
    if ("answer" in settled)
      return { effects: await effectsOf(bench.sql, call.key), answered: true };
    told = settled.error;
    await sleep(RETRY_MS);
  }
  return { effects: await effectsOf(bench.sql, call.key), answered: false, told };
}

function worstOf(outcomes: Outcome[]): Outcome {
  const [worst] = outcomes.toSorted((a, b) => badness(b) - badness(a));
  if (worst === undefined) throw new Error("nothing was tried");
  return worst;
}

/** Twice is worst; then once, and nobody is told of it. */
function badness({ effects, answered }: Outcome): number {
  if (effects > 1) return 2 + effects;
  if (answered) return effects === 1 ? 0 : 3;
  return effects === 1 ? 2 : 1;
}

function start({ entry, where }: Bench, leaseMs: number, instance = "bench-0") {
  const surroundings = { ...where, connections: CROWD, instance, leaseMs };
  return startWorker({ file: entry.file, surroundings });
}

async function effectsOf(sql: postgres.Sql, key: string): Promise<number> {
  const [row] = await sql`select count(*)::integer as effects from peer_effects where key = ${key}`;
  return Number(row?.["effects"]);
}

async function withWorkers<T>(
  starting: Promise<WorkerProcess>[],
  run: (workers: WorkerProcess[]) => Promise<T>,
): Promise<T> {
  const started = await Promise.allSettled(starting);
  const workers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  try {
    for (const one of started) if (one.status === "rejected") throw one.reason;
    return await run(workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}
