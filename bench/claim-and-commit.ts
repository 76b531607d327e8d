// What claim and commit cost beside a bare insert, and what the same would cost as transactions: `npm run bench`.
// On DATABASE_ADMIN_URL (an owner's address: it makes and drops a database), else on a PostgreSQL of its own, fsync on.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { openDatabase, type OpenDatabase } from "../db/client.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { createTestDatabase, createTestTemplate } from "../db/test-database.ts";
import { recordOnce, runOnce, type RunOnce } from "../server/idempotency/index.ts";

const ROUNDS = 12;
const RUNS_PER_ROUND = 240;
const TIMINGS = { lockMs: 1_000, statementMs: 1_500, socketMs: 2_500, idleInTransactionMs: 5_000 };
const LIMITS = { leaseMs: 6_000, waitMs: 2_000, recoverWithinMs: 72_000_000 };
const BASE = "bare insert, raw postgres.js";

type Variants = Record<string, (key: string) => Promise<unknown>>;

/** The effect of every variant is one row, as small as a charge; none of them asks a provider. */
function variants({ db }: OpenDatabase, raw: postgres.Sql, stock: PostgresJsDatabase): Variants {
  const insert = (id: string) => sql`insert into bench_effects values (${id}::uuid, 1998)`;
  const answer = { paid: true };
  const keyed = (key: string, handler: RunOnce<typeof answer>["handler"]) =>
    runOnce<typeof answer>({
      store: db,
      account: "bench",
      key,
      procedure: "bench.pay",
      input: { amount: 1998 },
      namespace: "bench",
      limits: LIMITS,
      handler,
    });
  const once = (key: string) =>
    keyed(key, (attempt) =>
      attempt.commit(answer, {
        effects: [sql`insert into bench_effects select ${key}::uuid, 1998 from done`],
      }),
    );
  let last = "";
  return {
    [BASE]: (key) => raw`insert into bench_effects values (${key}, 1998)`,
    "recordOnce: 1 statement": (key) =>
      recordOnce({
        store: db,
        account: "bench",
        key,
        procedure: "bench.record",
        input: { amount: 1998 },
        answer,
        effects: [sql`insert into bench_effects select ${key}::uuid, 1998 from done`],
      }),
    "claim, commit: 2 statements": async (key) => {
      await once(key);
      last = key;
    },
    "claim, attempt.transact": (key) =>
      keyed(key, (attempt) =>
        attempt.transact(answer, async (tx) => void (await tx.execute(insert(key)))),
      ),
    "stock Drizzle tx, no keys": (key) =>
      stock.transaction(async (tx) => void (await tx.execute(insert(key)))),
    replay: () => once(last),
  };
}

/** Microseconds of each run, `clients` at a time. */
async function measure(run: (key: string) => Promise<unknown>, clients: number): Promise<number[]> {
  const took: number[] = [];
  let left = RUNS_PER_ROUND;
  const client = async () => {
    while (left-- > 0) {
      const key = uuidv7();
      const start = performance.now();
      await run(key);
      took.push((performance.now() - start) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return took;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function report(all: Variants, clients: number): Promise<void> {
  const medians = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; round += 1) {
    // Interleaved, so that a machine that slows down slows all of them; round 0 warms up and is not counted.
    for (const [name, run] of Object.entries(all)) {
      const took = median(await measure(run, clients));
      if (round > 0) medians.set(name, [...(medians.get(name) ?? []), took]);
    }
  }
  const floor = medians.get(BASE) ?? [];
  console.log(`\n${clients} client${clients === 1 ? "" : "s"}`);
  for (const [name, rounds] of medians) {
    // Round against round: the ratio is steadier than the two times are.
    const ratios = rounds.map((took, at) => took / (floor[at] ?? Number.NaN));
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    const time = `${Math.round(median(rounds))} µs`.padStart(9);
    console.log(`${name.padEnd(30)}${time}  × ${median(ratios).toFixed(2)}  (${spread})`);
  }
}

const dataDir = mkdtempSync(join(tmpdir(), "payonce-bench-"));
chmodSync(dataDir, 0o755);
// oxlint-disable-next-line node/no-process-env -- a program of its own
const given = process.env["DATABASE_ADMIN_URL"];
const server = given ? undefined : await startEmbedded({ dataDir });
const adminUrl = given ?? String(server?.adminUrl);
try {
  const template = await createTestTemplate(adminUrl, migrate);
  const database = await createTestDatabase(template);
  const admin = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
  await admin`create table bench_effects (id uuid primary key, amount bigint not null)`;
  await admin`grant insert on bench_effects to payonce_app`;
  const [version] = await admin`show server_version`;
  await admin.end();
  const { length, [0]: cpu } = cpus();
  console.log(
    `${new Date().toISOString()}: Node ${process.version}, PostgreSQL ${String(version?.["server_version"])}, ` +
      `${length} × ${cpu?.model}; median of ${ROUNDS} rounds of ${RUNS_PER_ROUND}`,
  );
  for (const clients of [1, 16]) {
    const url = database.appUrl;
    const pool = openDatabase({ url, max: 16, timings: TIMINGS, applicationName: "payonce-bench" });
    const raw = postgres(url, { max: clients, fetch_types: false });
    // A client of its own: Drizzle changes the parsers of the one that it is given.
    const stock = postgres(url, { max: clients, fetch_types: false });
    await report(variants(pool, raw, drizzle(stock)), clients);
    await Promise.all([pool.close(), raw.end(), stock.end()]);
  }
  await database.drop();
  await template.drop();
} finally {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(0);
