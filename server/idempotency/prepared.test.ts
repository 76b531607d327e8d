import { type SQL, sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { afterEach, expect, test } from "vitest";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { recordOnce, type Store } from "./index.ts";

const context = packageUnderTest();
let client: postgres.Sql | undefined;
afterEach(() => client?.end({ timeout: 1 }));

/** As an app has it that lifts the package: Drizzle's own way over the driver's own client, with nothing of ours between. */
const stock = (options: postgres.Options<Record<string, never>> = {}) =>
  (client = postgres(context.database.appUrl, { max: 1, fetch_types: false, ...options }));

const KEYS = pgTable("idempotency_keys", { account: text().notNull() });
const key = () => uuidv7();
type Effect = Extract<Parameters<typeof recordOnce>[0]["effects"], (...args: never[]) => unknown>;
const pay = (store: Store, of: string, effects: SQL[] | Effect = []) =>
  recordOnce({
    store,
    account: "someone",
    key: of,
    procedure: "test.pay",
    input: { amount: 1998 },
    answer: { paid: true },
    effects,
  });

/** What this one connection has prepared of the package, and how often each was run. */
const preparedOf = (sqlOf: postgres.Sql) =>
  sqlOf.unsafe<{ runs: string }[]>(
    "select generic_plans + custom_plans as runs from pg_prepared_statements where statement ~ 'idempotency_keys'",
  );

test("over a stock Drizzle client a statement of the package is prepared once, and then only run", async () => {
  const sqlOf = stock();
  const store = drizzle(sqlOf);
  for (let times = 0; times < 3; times += 1) await pay(store, key());
  expect(await preparedOf(sqlOf)).toEqual([{ runs: "3" }]);
});

test("in a transaction of the package its head is prepared, and what an ordinary Drizzle handler asks", async () => {
  const sqlOf = stock();
  const store = drizzle(sqlOf);
  const effects: Effect = async (tx) => {
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
  await pay(drizzle(sqlOf), key());
  expect(await preparedOf(sqlOf)).toEqual([]);
});

test("Drizzle's logger is told of the package's statements as of any other", async () => {
  const told: string[] = [];
  await pay(drizzle(stock(), { logger: { logQuery: (text) => told.push(text) } }), key());
  expect(told.filter((text) => text.includes("idempotency_keys"))).toHaveLength(1);
});

test("a store whose execute is somebody's own is asked through it", async () => {
  const seen: unknown[] = [];
  const inner = drizzle(stock());
  const execute = (statement: SQL) => {
    seen.push(statement);
    return inner.execute(statement);
  };
  const store = new Proxy(inner, {
    get: (target, name) => (name === "execute" ? execute : Reflect.get(target, name)),
  });
  await pay(store, key(), [sql`select 1 from done`]);
  expect(seen).toHaveLength(1);
});
