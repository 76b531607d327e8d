// One process that pays while backends die. A process of its own, because the driver as published throws where nothing
// in it can catch, and a test runner would take that for its own.
//   payers.ts <database url> <patched|unpatched folder> <guard|no-guard> <rounds> <seed>   prints a Journal as JSON
import { openDatabase } from "../../client.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { loadDriver } from "./unpatched-driver.ts";

export interface Journal {
  /** Payments whose transaction was reported as committed. */
  acknowledged: string[];
  kills: number;
  /** What reached the process and no caller. */
  uncaught: string[];
  /** At the end, after the last kill: did `max` statements at once pass? */
  healed: boolean;
}

const max = 5;
const atMostMs = 10_000;
const applicationName = `payers-${process.pid}`;
const waitFor = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Small, fast, and the same numbers for the same seed everywhere (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Rounds of ten payers at once on a pool of five. Each writes a ledger line and a receipt in one transaction, with a random
 * wait between them, in which some lose their backend; the callback goes on all the same and writes its receipt.
 */
async function payWhileBackendsDie(
  { sql }: ReturnType<typeof openDatabase>,
  admin: Admin,
  rounds: number,
  random: () => number,
): Promise<Pick<Journal, "acknowledged" | "kills">> {
  const acknowledged: string[] = [];
  let kills = 0;

  async function pay(id: string): Promise<void> {
    const waitMs = random() ** 2 * 40;
    const throws = random() < 0.2;
    await sql.begin(async (tx) => {
      await tx`insert into payer_lines values (${id})`;
      await waitFor(waitMs);
      if (throws) throw new Error("declined");
      await tx`insert into payer_slips values (${id})`;
    });
    acknowledged.push(id);
  }

  // As published, the pool soon stops, and each round with it.
  const until = Date.now() + atMostMs;
  for (let round = 0; round < rounds && Date.now() < until; round++) {
    const payers = Array.from({ length: 10 }, (_, payer) => pay(`${round}/${payer}`));
    const settled = Promise.allSettled(payers);
    await waitFor(random() * 6);
    const killed = await admin.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = ${applicationName} and state = 'idle in transaction' limit 2`;
    kills += killed.length;
    await Promise.race([settled, waitFor(400)]);
  }
  return { acknowledged, kills };
}

async function main([url, folder, guard, rounds, seed]: string[]): Promise<Journal> {
  const uncaught: string[] = [];
  // Goes on as Next does. Plain Node would end here.
  process.on("uncaughtException", (err) => uncaught.push(String(err)));
  const timings = { lockMs: 200, statementMs: 300, socketMs: 500, idleInTransactionMs: 1_000 };
  const pool = openDatabase(
    { url: url ?? "", max, timings, applicationName },
    {
      guard: guard === "guard",
      ...(folder !== "patched" && { driver: await loadDriver(folder ?? "") }),
    },
  );
  const admin = openAdmin(url ?? "");
  const paid = await payWhileBackendsDie(pool, admin, Number(rounds), seededRandom(Number(seed)));
  const selects = Promise.all(Array.from({ length: max }, () => pool.sql`select 1`));
  const healed = await Promise.race([
    selects.then(() => true).catch(() => false),
    waitFor(2_000).then(() => false),
  ]);
  return { ...paid, uncaught, healed };
}

process.stdout.write(JSON.stringify(await main(process.argv.slice(2))), () => process.exit(0));
