// One process whose backend dies with a statement in flight, inside a transaction. A process of its own, because the driver as
// published throws where nothing in it can catch, and a test runner would take that for its own.
//   in-flight.ts <database url> <patched|unpatched folder> <guard|no-guard>   prints an Outcome as JSON
import { openDatabase } from "../../client.ts";
import { openAdmin } from "./admin.ts";
import { gate } from "./gate.ts";
import { loadDriver } from "./unpatched-driver.ts";

export interface Outcome {
  /** What `begin` was rejected with. */
  rejected: string;
  /** What reached the process and no caller. Plain Node ends there. */
  uncaught: string[];
  /** Did a statement pass within two seconds? */
  healed: boolean;
}

async function main([url = "", folder = "", guard]: string[]): Promise<Outcome> {
  const uncaught: string[] = [];
  process.on("uncaughtException", (err) => uncaught.push(String(err)));
  const timings = {
    lockMs: 200,
    statementMs: 25_000,
    socketMs: 28_000,
    idleInTransactionMs: 1_000,
  };
  const pool = openDatabase(
    { url, max: 1, timings, applicationName: "in-flight" },
    {
      guard: guard === "guard",
      ...(folder !== "patched" && { driver: await loadDriver(folder) }),
    },
  );
  const admin = openAdmin(url);
  const began = gate<number>();
  const transaction = pool.sql.begin(async (tx) => {
    const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
    began.open(row?.pid ?? 0);
    // Rejected by the death, it lets the callback end, and so the driver send its ROLLBACK.
    await tx`select pg_sleep(20)`;
  });
  const rejected = transaction.then(
    () => "committed",
    (err: unknown) => String(err),
  );
  const pid = await began.opened;
  await admin.untilAsleep(pid);
  await admin.kill(pid);
  const outcome = { rejected: await rejected, uncaught };
  return { ...outcome, healed: await heals(() => pool.sql`select 1`) };
}

async function heals(attempt: () => PromiseLike<unknown>): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(resolve, 2_000, false));
  // The first one may still be given the dead connection's error.
  const passed = (async () => {
    for (let tries = 0; tries < 3; tries++) {
      try {
        await attempt();
        return true;
      } catch {
        // Once more.
      }
    }
    return false;
  })();
  return Promise.race([passed, late]);
}

process.stdout.write(JSON.stringify(await main(process.argv.slice(2))), () => process.exit(0));
