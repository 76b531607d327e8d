import type { WorkerEvents } from "graphile-worker";
import { env } from "../env.ts";
import type { Mailer } from "../receipts/mailer.ts";
import { requeueLost } from "../receipts/requeue-lost.ts";
import type { Services } from "../wiring.ts";
import { clearDeadJobs } from "./clear-dead-jobs.ts";
import { receiptTasks } from "./receipt-tasks.ts";
import { repeat } from "./repeat.ts";
import { runJobs } from "./run-jobs.ts";

/** A sender owns a receipt for twice the time that one delivery may take. */
const LEASE_PER_DELIVERY = 2;
const CLEAR_EVERY_MS = 60_000;

/** Sends receipts, and finds those whose job was lost, until it is told to stop. */
export async function workOnReceipts(
  { pool, timings }: Services,
  mailer: Mailer,
  stopped: AbortSignal,
  events?: WorkerEvents,
): Promise<void> {
  const { databaseUrl, prepare } = env.app();
  const { db } = pool;
  const leaseMs = timings.mailMs * LEASE_PER_DELIVERY;
  const tasks = receiptTasks({
    db,
    mailer,
    leaseMs,
    delayMs: timings.jobsMs,
  });
  const pollMs = timings.jobsMs;
  const jobs = { db, databaseUrl, prepare, tasks, pollMs, ...(events && { events }) };
  const running = repeat(
    // It comes back only when it cannot go on, or is told to stop.
    { name: "running jobs", everyMs: pollMs, round: () => runJobs(jobs, stopped) },
    stopped,
  );
  const requeueing = repeat(
    {
      name: "looking for lost receipts",
      everyMs: pollMs,
      async round() {
        const found = await requeueLost(db, leaseMs);
        if (found > 0)
          console.log(`worker: enqueued ${found} lost receipt${found === 1 ? "" : "s"} again`);
      },
    },
    stopped,
  );
  const clearing = repeat(
    {
      name: "clearing dead jobs",
      everyMs: CLEAR_EVERY_MS,
      round: async () => void (await clearDeadJobs(db)),
    },
    stopped,
  );
  await Promise.all([running, requeueing, clearing]);
}
