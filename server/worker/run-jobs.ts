import { EventEmitter } from "node:events";
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

/**
 * Runs jobs until it is told to stop. NOTIFY makes it quick, polling makes it sure: a listener that died is replaced
 * by the library, and until then nobody waits longer than one poll.
 * @throws when it cannot go on, such as without a database; whoever started it starts it again
 */
export async function runJobs(
  { db, databaseUrl, prepare, tasks, pollMs, events = new EventEmitter() }: RunJobs,
  stopped: AbortSignal,
): Promise<void> {
  beatOn(events, db);
  const runner = await run({
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
  const stop = () => void runner.stop().catch(() => undefined);
  if (stopped.aborted) stop();
  stopped.addEventListener("abort", stop, { once: true });
  try {
    await runner.promise;
  } finally {
    stopped.removeEventListener("abort", stop);
  }
}

/** Shown in `pg_stat_activity`. */
function named(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set("application_name", "payonce-jobs");
  return url.href;
}

/** A beat for each look into the queue that succeeded: a runner that cannot look is away, whatever it says of itself. */
function beatOn(events: WorkerEvents, db: Database): void {
  let last = 0;
  const beat = () => {
    if (Date.now() - last < BEAT_EVERY_MS) return;
    last = Date.now();
    db.execute(
      sql`insert into worker_heartbeats (worker, seen_at) values ('jobs', clock_timestamp())
          on conflict (worker) do update set seen_at = excluded.seen_at`,
    ).catch(() => undefined);
  };
  events.on("worker:getJob:empty", beat);
  events.on("job:complete", beat);
}

/** First lines of errors only, and never its other fields: they hold what was sent to the database. */
const quiet = new Logger(() => (level, message) => {
  if (level === "error") console.error(`worker: ${message.split("\n")[0]}`);
});
