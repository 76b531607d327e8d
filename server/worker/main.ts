import { sql } from "drizzle-orm";
import { operations } from "../operations.ts";
import { wire } from "../wiring.ts";
import { completeAbandoned } from "./completer.ts";

const services = wire("payonce-worker");
let stopping = false;
let wakeUp = () => {};
const woken = new Promise<void>((resolve) => (wakeUp = resolve));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    stopping = true;
    wakeUp();
  });
}
// A crash is recoverable, limping is not: the supervisor starts a new one.
process.on("uncaughtException", (error) => {
  console.error(`worker: ${error.message}`);
  process.exit(1);
});

console.log("worker: completing what others leave behind");
let quiet = true;
while (!stopping) {
  try {
    await services.pool.db.execute(
      sql`insert into worker_heartbeats (worker, seen_at) values ('completer', clock_timestamp())
          on conflict (worker) do update set seen_at = excluded.seen_at`,
    );
    const found = await completeAbandoned(services, operations);
    if (found > 0)
      console.log(`worker: looked after ${found} unfinished payment${found === 1 ? "" : "s"}`);
    if (!quiet) console.log("worker: the database is back");
    quiet = true;
  } catch {
    // Said once, not every second; readiness shows it too.
    if (quiet) console.error("worker: the database cannot be reached, trying again");
    quiet = false;
  }
  await Promise.race([
    new Promise((resolve) => setTimeout(resolve, services.timings.completerMs)),
    woken,
  ]);
}
await services.pool.close();
process.exit(0);
