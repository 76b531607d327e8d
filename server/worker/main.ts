import { sql } from "drizzle-orm";
import { reapOperations } from "../idempotency/trpc/index.ts";
import { retakeRefunds } from "../events/retake-refunds.ts";
import { operations } from "../operations.ts";
import type { Operation } from "../trpc/operation.ts";
import { wire } from "../wiring.ts";
import { completeAbandoned, sideBySide } from "./completer.ts";
import { reconcile } from "../reconciler/reconcile.ts";
import { nameError } from "../telemetry/name-error.ts";
import { watchFindings } from "../telemetry/watch-findings.ts";
import { forgetOld } from "./forget-old.ts";
import { repeat } from "./repeat.ts";
import { runQueuedStorm } from "./storms.ts";
import { wireMail } from "./wire-mail.ts";
import { workOnReceipts } from "./work-on-receipts.ts";

const REAP_EVERY_MS = 60_000;
const STORMS_EVERY_MS = 500;

const services = wire("payonce-worker");
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
// A crash is recoverable, limping is not: the supervisor starts a new one.
process.on("uncaughtException", (error) => {
  console.error(`worker: uncaught ${nameError(error)}`);
  process.exit(1);
});

const [payments, runs] = sideBySide(operations);
async function complete(those: readonly Operation[], name: string): Promise<void> {
  const { found, failed } = await completeAbandoned(services, those);
  const done = found - failed;
  if (done > 0)
    console.log(`worker: looked after ${done} unfinished ${name}${done === 1 ? "" : "s"}`);
}

console.log("worker: completing what others leave behind");
const completing = repeat(
  {
    name: "completing",
    everyMs: services.timings.completerMs,
    async round() {
      await services.pool.db.execute(
        sql`insert into worker_heartbeats (worker, seen_at) values ('completer', clock_timestamp())
            on conflict (worker) do update set seen_at = excluded.seen_at`,
      );
      await complete(payments, "payment");
    },
  },
  stop.signal,
);
const carryingOn = repeat(
  {
    name: "carrying runs on",
    everyMs: services.timings.completerMs,
    round: () => complete(runs, "run"),
  },
  stop.signal,
);
const reaping = repeat(
  {
    name: "ending old answers and forgetting what is old",
    everyMs: REAP_EVERY_MS,
    async round() {
      const ended = await reapOperations(services.db, operations);
      if (ended > 0)
        console.log(
          `worker: ended ${ended} old answer${ended === 1 ? "" : "s"}; their keys stay refused`,
        );
      await forgetOld(services.pool.db);
    },
  },
  stop.signal,
);
const storming = services.faults
  ? repeat(
      {
        name: "waiting for storms",
        everyMs: STORMS_EVERY_MS,
        async round() {
          await runQueuedStorm(services.pool.db, stop.signal);
        },
      },
      stop.signal,
    )
  : Promise.resolve();
let compared = 0;
const reconciling = repeat(
  {
    name: "comparing our books with the bank's",
    everyMs: services.timings.reconcilerMs,
    async round() {
      const olderThanMs = services.timings.finalMs;
      const findings = await reconcile(services, { olderThanMs, round: compared });
      watchFindings(findings);
      await retakeRefunds(services, findings);
      compared += 1;
    },
  },
  stop.signal,
);
const mail = await wireMail(services.pool.db);
const receipts = workOnReceipts(services, mail.mailer, stop.signal);
await Promise.all([completing, carryingOn, reaping, reconciling, receipts, storming]);
await mail.close();
await Promise.all([services.pool.close(), services.aside.close()]);
process.exit(0);
