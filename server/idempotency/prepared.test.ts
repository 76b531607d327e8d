import { sql } from "drizzle-orm";
import { boolean, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { drizzle as byProxy } from "drizzle-orm/pg-proxy";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { afterEach, expect, test } from "vitest";
import { unpatchedFolder } from "../../db/driver/conformance/pool-under-test.ts";
import { loadDriver } from "../../db/driver/conformance/unpatched-driver.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { type Effect, prepared, recordOnce, type Store } from "./index.ts";

const context = packageUnderTest();
let client: postgres.Sql | undefined;
afterEach(() => client?.end({ timeout: 1 }));

/** As an app has it that lifts the package: the driver's own client, with nothing of ours between. */
const stock = (options: postgres.Options<Record<string, never>> = {}) =>
  (client = postgres(context.database.appUrl, { max: 1, fetch_types: false, ...options }));

const KEYS = pgTable("idempotency_keys", { account: text().notNull() });
const key = () => uuidv7();
type InTransaction = Extract<
  Parameters<typeof recordOnce>[0]["effects"],
  (...args: never[]) => unknown
>;
const pay = (store: Store, of: string, effects: Effect[] | InTransaction = []) =>
  recordOnce({ ...paying(store, of), effects });
const paying = (store: Store, of: string) => ({
  store,
  account: "someone",
  key: of,
  procedure: "test.pay",
  input: { amount: 1998 },
  answer: { paid: true },
});

/** What this one connection has prepared of the package, and how often each was run. */
const preparedOf = (sqlOf: postgres.Sql) =>
  sqlOf.unsafe<{ runs: string }[]>(
    "select generic_plans + custom_plans as runs from pg_prepared_statements where statement ~ 'idempotency_keys'",
  );

test("a statement of the package is prepared once, and then only run; over Drizzle alone it never is", async () => {
  const sqlOf = stock();
  const db = drizzle(sqlOf);
  await pay(db, key());
  expect(await preparedOf(sqlOf)).toEqual([]);
  const store = prepared(db);
  for (let times = 0; times < 3; times += 1) await pay(store, key());
  expect(await preparedOf(sqlOf)).toEqual([{ runs: "3" }]);
});

test("in a transaction of the package its head is prepared, and what an ordinary Drizzle handler asks", async () => {
  const sqlOf = stock();
  const db = drizzle(sqlOf);
  const store = prepared(db);
  const effects: InTransaction = async (tx) => {
    await tx
      .select({ size: sql<number>`1` })
      .from(KEYS)
      .limit(1);
  };
  for (let times = 0; times < 2; times += 1) await pay(store, key(), effects);
  expect(await preparedOf(sqlOf)).toEqual([{ runs: "2" }, { runs: "2" }]);
  await store
    .select({ size: sql<number>`2` })
    .from(KEYS)
    .limit(1);
  expect(await preparedOf(sqlOf), "outside it nothing has changed").toHaveLength(2);
});

test("a client that says prepare: false, as behind a pooler, prepares nothing", async () => {
  const sqlOf = stock({ prepare: false });
  await pay(prepared(drizzle(sqlOf)), key());
  expect(await preparedOf(sqlOf)).toEqual([]);
});

test("Drizzle's logger is told of the package's statements as of any other", async () => {
  const told: string[] = [];
  await pay(prepared(drizzle(stock(), { logger: { logQuery: (text) => told.push(text) } })), key());
  expect(told.filter((text) => text.includes("idempotency_keys"))).toHaveLength(1);
});

test("an effect that names a table in Drizzle's way is prepared with the rest", async () => {
  const sqlOf = stock();
  const store = prepared(drizzle(sqlOf));
  const effects = [sql`select ${KEYS.account} from ${KEYS} where ${KEYS.account} = 'nobody'`];
  for (let times = 0; times < 2; times += 1) await pay(store, key(), effects);
  expect(await preparedOf(sqlOf)).toEqual([{ runs: "2" }]);
});

test("what Postgres has forgotten of a prepared statement is sent again, and the order stays held", async () => {
  const sqlOf = stock();
  const store = prepared(drizzle(sqlOf));
  const ofOrder = (of: string, orderId: string) =>
    recordOnce({ ...paying(store, of), orderId, effects: [] });
  await ofOrder(key(), "order-1");
  await sqlOf.unsafe("deallocate all");
  await ofOrder(key(), "order-2");
  await expect(ofOrder(key(), "order-2")).rejects.toMatchObject({ code: "ORDER_PAID" });
});

test("what is sent again by the driver as published has the same truth in an ordinary query", async () => {
  await context.owner`create table flags (key uuid not null, paid boolean not null)`;
  await context.owner`grant insert on flags to payonce_app`;
  const flags = pgTable("flags", { key: uuid().notNull(), paid: boolean().notNull() });
  const asPublished = await loadDriver(unpatchedFolder());
  client = asPublished(context.database.appUrl, { max: 1, fetch_types: false });
  const store = prepared(drizzle(client));
  const write = (of: string) =>
    pay(store, of, [store.insert(flags).values({ key: of, paid: true })]);
  await write(key());
  await client.unsafe("deallocate all");
  await write(key());
  const written = await context.owner`select paid from flags`;
  expect([...written]).toEqual([{ paid: true }, { paid: true }]);
});

test("over another driver it says so", () => {
  expect(() => prepared(byProxy(async () => ({ rows: [] })))).toThrow(
    "prepared() is for Drizzle over postgres.js",
  );
});
