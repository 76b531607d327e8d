import { eq, sql as text } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { integer, jsonb, pgTable, text as textColumn, timestamp } from "drizzle-orm/pg-core";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../client.ts";
import { errorCode } from "../../error-code.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { testTimings } from "./pool-under-test.ts";
import { openTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const things = pgTable("things", {
  id: integer("id").primaryKey(),
  name: textColumn("name").notNull(),
  data: jsonb("data").$type<{ list: number[] }>(),
  at: timestamp("at", { withTimezone: true, mode: "string" }),
});

let database: TestDatabase;
let proxy: TcpProxy;
let pool: OpenDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await openTcpProxy(database.adminUrl);
  pool = openDatabase({
    url: proxy.url,
    max: 1,
    applicationName: "statements",
    timings: testTimings,
  });
  await pool.sql`create table things (id int primary key, name text not null, data jsonb, at timestamptz)`;
});
afterAll(async () => {
  await pool.close();
  await proxy.close();
  await database.drop();
});

async function tripsOf(run: () => PromiseLike<unknown>): Promise<number> {
  const before = proxy.trips;
  await run();
  return proxy.trips - before;
}

test("a Drizzle statement with parameters takes one round trip, from the second time on", async () => {
  const find = () => pool.db.select().from(things).where(eq(things.id, 1));
  expect(await tripsOf(find)).toBe(2);
  expect(await tripsOf(find)).toBe(1);
  expect(
    await tripsOf(() =>
      pool.db.transaction((tx) => tx.select().from(things).where(eq(things.id, 1))),
    ),
  ).toBe(
    // BEGIN, the statement, and COMMIT the first time it is prepared.
    3,
  );
});

test("known bad: stock Drizzle takes two, every time", async () => {
  const stock = postgres(proxy.url, { max: 1, fetch_types: false });
  const db = drizzle(stock);
  const find = () => db.select().from(things).where(eq(things.id, 1));
  await find();
  expect(await tripsOf(find)).toBe(2);
  expect(await tripsOf(find)).toBe(2);
  await stock.end();
});

test("without prepare nothing is left behind in the session, for a pooler's sake", async () => {
  const unprepared = openDatabase({
    url: database.adminUrl,
    max: 1,
    applicationName: "unprepared",
    timings: testTimings,
    prepare: false,
  });
  await unprepared.db.select().from(things).where(eq(things.id, 1));
  await unprepared.sql`select ${1}::int`;
  await unprepared.sql.begin((tx) => tx`select ${1}::int`);
  expect(await unprepared.sql`select statement from pg_prepared_statements`).toEqual([]);
  await unprepared.close();
});

test("a unique violation inside a transaction is found through two levels of cause, and undoes it", async () => {
  const twice = pool.db.transaction(async (tx) => {
    await tx.insert(things).values({ id: 1, name: "first" });
    try {
      await tx.insert(things).values({ id: 1, name: "second" });
    } catch (cause) {
      throw new Error("a step of ours failed", { cause });
    }
  });
  const failure = await twice.catch((err: unknown) => err);
  expect(failure).toMatchObject({ cause: { cause: { code: "23505" } } });
  expect(errorCode(failure)).toBe("23505");
  expect(await pool.db.select().from(things)).toEqual([]);
});

test("a unique violation that a transaction swallows still rejects it: it does not look committed", async () => {
  const swallowed = pool.db.transaction(async (tx) => {
    await tx.insert(things).values({ id: 2, name: "first" });
    await tx
      .insert(things)
      .values({ id: 2, name: "second" })
      .catch(() => {});
  });
  expect(errorCode(await swallowed.catch((err: unknown) => err))).toBe("23505");
  expect(await pool.db.select().from(things)).toEqual([]);
});

test("a unique violation in a nested transaction is undone by itself, and the outer one goes on", async () => {
  await pool.db.transaction(async (tx) => {
    await tx.insert(things).values({ id: 3, name: "kept" });
    const nested = tx.transaction((inner) => inner.insert(things).values({ id: 3, name: "twice" }));
    expect(errorCode(await nested.catch((err: unknown) => err))).toBe("23505");
    await tx.insert(things).values({ id: 4, name: "kept" });
  });
  const kept = await pool.db.select({ id: things.id }).from(things).orderBy(things.id);
  expect(kept).toEqual([{ id: 3 }, { id: 4 }]);
  await pool.db.delete(things);
});

test("after drizzle(client) time stamps are text with all their digits, JSON is parsed, and JSON parameters are text", async () => {
  const data = { list: [1, 2] };
  await pool.db
    .insert(things)
    .values({ id: 5, name: "parsed", data, at: "2026-01-02T03:04:05.123456Z" });
  const [throughDrizzle] = await pool.db.select().from(things);
  expect(throughDrizzle).toMatchObject({ data, at: "2026-01-02 03:04:05.123456+00" });
  const [raw] =
    await pool.sql`select at, data, ${'{"list":[1]}'}::jsonb as sent, count(*) over () as n,
    timestamptz '2026-01-02T03:04:05.123456Z' = at as same from things`;
  expect(raw).toEqual({
    at: "2026-01-02 03:04:05.123456+00",
    data,
    sent: { list: [1] },
    n: "1",
    same: true,
  });
  await pool.db.delete(things);
});

test("the session's time-outs are set from its first statement on", async () => {
  const names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
  const rows = await pool.db.execute(
    text`select name, setting::int as ms from pg_settings where name = any(${text.param(`{${names.join()}}`)}) order by name`,
  );
  expect([...rows]).toEqual([
    { name: "idle_in_transaction_session_timeout", ms: testTimings.idleInTransactionMs },
    { name: "lock_timeout", ms: testTimings.lockMs },
    { name: "statement_timeout", ms: testTimings.statementMs },
  ]);
});

test("a statement that takes too long, and a lock that does not come, are refused by Postgres itself", async () => {
  const slow = await pool.sql`select pg_sleep(5)`.catch((err: unknown) => err);
  expect(errorCode(slow)).toBe("57014");
  await pool.sql`insert into things values (6, 'locked')`;
  await pool.withConnection(async (other) => {
    await other`begin`;
    await other`select * from things for update`;
    const locked = await pool.sql`update things set name = 'x'`.catch((err: unknown) => err);
    expect(errorCode(locked)).toBe("55P03");
    await other`rollback`;
  });
  await pool.sql`delete from things`;
});

test("a transaction that goes silent is ended by Postgres, and its slot is free again", async () => {
  const silent = pool.sql.begin(() => new Promise(() => {}));
  expect(errorCode(await silent.catch((err: unknown) => err))).toBe("CONNECTION_CLOSED");
  expect(await pool.sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test("withConnection keeps to one backend, and refuses what comes after its death", async () => {
  await pool.withConnection(async (sql) => {
    const pid = async () => (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid;
    const mine = await pid();
    expect(await Promise.all([pid(), pid(), pid()])).toEqual([mine, mine, mine]);
    await sql`select pg_terminate_backend(${mine ?? 0})`.catch(() => {});
    expect(errorCode(await pid().catch((err: unknown) => err))).toBe("CONNECTION_CLOSED");
  });
});

test("the doors of the driver that lead past the guard are closed", () => {
  for (const door of ["reserve", "listen", "subscribe", "notify", "largeObject", "file"] as const) {
    expect(() => pool.sql[door]).toThrow("not guarded");
  }
});
