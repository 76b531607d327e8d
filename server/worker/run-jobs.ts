import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { Logger, run, type TaskList, type WorkerEvents } from "graphile-worker";
import type { Database } from "../../db/client.ts";

export interface RunJobs {
  db: Database;
  /** The runner has connections of its own, one of which listens; none is taken from our pool. */
  databaseUrl: string;
  prepare: boolean;
  tasks: TaskList;
  pollMs: number;
  /** For whoever wants to watch it; the heartbeat listens here too. */
  events?: WorkerEvents;
}

const CONCURRENCY = 5;
const BEAT_EVERY_MS = 1_000;
/** Longer than any job of ours may take while all others run one, too. */
const SILENT_MS_MAX = 15_000;
const DRAIN_MS = 3_000;

/**
 * Runs jobs until it is told to stop. NOTIFY makes it quick, polling makes it sure: a listener that died is replaced
 * by the library, and until then nobody waits longer than one poll.
 * @throws when it cannot go on: without a database, or when the library's pool waits for a connection that is dead, which
 *   was seen after all of its backends were killed. Whoever started it starts it again.
 */
export async function runJobs(
  { db, databaseUrl, prepare, tasks, pollMs, events = new EventEmitter() }: RunJobs,
  stopped: AbortSignal,
): Promise<void> {
  const heart = beatOn(events, db);
  const over = new AbortController();
  try {
    const silent = silence(heart, SILENT_MS_MAX, over.signal);
    const starting = run({
      connectionString: named(databaseUrl),
      maxPoolSize: CONCURRENCY + 1,
      concurrency: CONCURRENCY,
      pollInterval: pollMs,
      noPreparedStatements: !prepare,
      noHandleSignals: true,
      taskList: tasks,
      parsedCronItems: [],
      logger: quiet,
      events,
    });
    const runner = await Promise.race([starting, silent]);
    if (runner === "silent") {
      void starting.then((late) => late.kill()).catch(() => undefined);
      throw new Error("the jobs runner did not start");
    }
    const ended = runner.promise.then(
      () => "ended" as const,
      () => "ended" as const,
    );
    const quit = (how: "stop" | "kill") => void runner[how]().catch(() => undefined);
    const why = await Promise.race([ended, once(stopped, over.signal), silent]);
    if (why === "stopped") {
      quit("stop");
      await Promise.race([ended, sleep(DRAIN_MS, undefined, { signal: over.signal })]);
      return;
    }
    quit("kill");
    throw new Error(`the jobs runner ${why === "silent" ? "fell silent" : "ended"}`);
  } finally {
    over.abort();
    heart.stop();
  }
}

async function once(stopped: AbortSignal, over: AbortSignal): Promise<"stopped"> {
  const either = AbortSignal.any([stopped, over]);
  if (!either.aborted) {
    await new Promise((resolve) => either.addEventListener("abort", resolve, { once: true }));
  }
  return "stopped";
}

/** Resolves when nothing has been heard of the runner for so long. */
async function silence(heart: Heart, maxMs: number, over: AbortSignal): Promise<"silent"> {
  while (!over.aborted && Date.now() - heart.lastBeat() < maxMs) {
    await sleep(BEAT_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
  return "silent";
}

/** Shown in `pg_stat_activity`. */
function named(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set("application_name", "payonce-jobs");
  return url.href;
}

interface Heart {
  /** On this process's clock. */
  lastBeat(): number;
  stop(): void;
}

/** A beat for each look into the queue that succeeded: a runner that cannot look is away, whatever it says of itself. */
function beatOn(events: WorkerEvents, db: Database): Heart {
  let last = Date.now();
  let written = 0;
  const beat = () => {
    last = Date.now();
    if (last - written < BEAT_EVERY_MS) return;
    written = last;
    db.execute(
      sql`insert into worker_heartbeats (worker, seen_at) values ('jobs', clock_timestamp())
          on conflict (worker) do update set seen_at = excluded.seen_at`,
    ).catch(() => undefined);
  };
  const heard = ["worker:getJob:empty", "job:start"] as const;
  for (const event of heard) events.on(event, beat);
  return {
    lastBeat: () => last,
    stop: () => heard.forEach((event) => events.off(event, beat)),
  };
}

/** First lines of errors only, and never its other fields: they hold what was sent to the database. */
const quiet = new Logger(() => (level, message) => {
  if (level === "error") console.error(`worker: ${message.split("\n")[0]}`);
});
