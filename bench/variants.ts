import { sql } from "drizzle-orm";
import { bigint, pgTable, uuid } from "drizzle-orm/pg-core";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { recordOnce, runOnce, type RunOnce, type Store } from "../server/idempotency/index.ts";
import type { Variants } from "./measure.ts";
import { NAMES } from "./names.ts";
import { rawStatements } from "./raw-statements.ts";

const LIMITS = { leaseMs: 6_000, waitMs: 2_000, recoverWithinMs: 72_000_000 };
const answer = { paid: true };
const effects = pgTable("bench_effects", {
  id: uuid().primaryKey(),
  amount: bigint({ mode: "number" }).notNull(),
});

/** The row that every variant writes, as small as a charge. */
const effectOf = (key: string) =>
  sql`insert into bench_effects select ${key}::uuid, 1998 from done`;

/** As the receipt's: the row keeps the job's id, so that the call is made. */
const effectWithJobOf = (key: string) =>
  sql`insert into bench_effects select ${key}::uuid, (graphile_worker.add_job('bench', job_key := ${key})).id from done`;

const recording = (store: Store, key: string) => ({
  store,
  account: "bench",
  key,
  procedure: "bench.record",
  input: { amount: 1998 },
  answer,
});

export const record = (store: Store, key: string) =>
  recordOnce({ ...recording(store, key), effects: [effectOf(key)] });

/** The first is what all the others are compared with. */
export async function variants(
  db: Store,
  raw: postgres.Sql,
  stock: PostgresJsDatabase,
): Promise<Variants> {
  const keyed = (
    store: Store,
    key: string,
    handler: RunOnce<typeof answer>["handler"],
    admission?: RunOnce<typeof answer>["admission"],
  ) =>
    runOnce<typeof answer>({
      store,
      account: "bench",
      key,
      procedure: "bench.pay",
      input: { amount: 1998 },
      namespace: "bench",
      limits: LIMITS,
      handler,
      ...(admission && { admission }),
    });
  const insert = (tx: Pick<Store, "insert">, key: string) =>
    tx.insert(effects).values({ id: key, amount: 1998 });
  const pay = (store: Store, key: string) =>
    keyed(
      store,
      key,
      async (attempt) => {
        await attempt.step("charge", { request: () => ({}), send: async () => ({ ok: true }) });
        return await attempt.commit(answer, { effects: [effectOf(key)] });
      },
      { select: sql`select null::text as order_id, '{}'::text as request`, step: "charge" },
    );
  const recordAlone = await rawStatements(db, record);
  const headAlone = await rawStatements(db, (store, key) =>
    recordOnce({ ...recording(store, key), effects: [] }),
  );
  const payAlone = await rawStatements(db, pay);
  const replayAlone = await rawStatements(db, async (store, key) => {
    await pay(db, key);
    await pay(store, key);
  });
  const paid = uuidv7();
  await pay(db, paid);
  const bare = (sql: postgres.ISql, key: string) =>
    sql`insert into bench_effects values (${key}, 1998)`;
  return {
    [NAMES.bare]: (key) => bare(raw, key),
    [NAMES.record]: (key) => record(db, key),
    [NAMES.recordRaw]: (key) => recordAlone(raw, key),
    [NAMES.recordOrdinary]: (key) =>
      recordOnce({ ...recording(db, key), effects: [insert(stock, key)] }),
    [NAMES.recordInTransaction]: (key) =>
      recordOnce({ ...recording(db, key), effects: async (tx) => void (await insert(tx, key)) }),
    [NAMES.transactionRaw]: (key) =>
      raw.begin((tx) => Promise.all([headAlone(tx, key), bare(tx, key)])),
    [NAMES.commit]: (key) =>
      keyed(db, key, (attempt) => attempt.commit(answer, { effects: [effectOf(key)] })),
    "runOnce, attempt.commit that enqueues a job": (key) =>
      keyed(db, key, (attempt) => attempt.commit(answer, { effects: [effectWithJobOf(key)] })),
    [NAMES.pay]: (key) => pay(db, key),
    [NAMES.payRaw]: (key) => payAlone(raw, key),
    [NAMES.transact]: (key) =>
      keyed(db, key, (attempt) =>
        attempt.transact(answer, async (tx) => void (await insert(tx, key))),
      ),
    [NAMES.stock]: (key) => stock.transaction(async (tx) => void (await insert(tx, key))),
    [NAMES.read]: () =>
      raw`select answer from idempotency_keys where account = 'bench' and key = ${paid}`,
    [NAMES.replayRaw]: () => replayAlone(raw, paid),
    [NAMES.replay]: () => pay(db, paid),
    [NAMES.duplicates]: (key) => Promise.all(Array.from({ length: 8 }, () => record(db, key))),
  };
}
