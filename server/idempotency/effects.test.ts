import { eq, sql } from "drizzle-orm";
import {
  alias,
  boolean,
  integer,
  pgTable,
  QueryBuilder,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { drizzle as overNodePostgres } from "drizzle-orm/node-postgres";
import { drizzle } from "drizzle-orm/postgres-js";
import pg from "pg";
import postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { Intent, pause, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { replacing, rewritingStore } from "../test-kit/rewriting-store.ts";
import type { Effect } from "./effects.ts";
import { recordOnce, type Store } from "./index.ts";
import { forgetRecent } from "./recent-keys.ts";

const db = packageUnderTest();
const columns = { key: uuid().notNull(), size: integer().notNull(), gift: boolean().notNull() };
const [sold, kept, lost] = [
  pgTable("sold", columns),
  pgTable("kept", columns),
  pgTable("lost", { ...columns, at: timestamp() }),
];
/** No connection: these queries are built here and sent by whoever is given them. */
const build = drizzle.mock();
const one = (key: string, size = 1) => build.insert(sold).values({ key, size, gift: false });

beforeAll(async () => {
  await db.owner.unsafe(`
    create table sold (key uuid not null, size integer not null check (size > 0), gift boolean not null);
    create table kept (like sold);
    create table lost (like sold, at timestamp);
    grant insert, update, delete, select on sold, kept, lost to payonce_app`);
});

function record(key: string, effects: Effect[], store: Store = db.pool.db) {
  const sale = { account: "seller", procedure: "sell", input: {}, answer: { sold: true } };
  return recordOnce({ store, key, effects, ...sale });
}

const salesOf = (key: string) =>
  db.owner`select size, gift from sold where key = ${key} order by size`.then((rows) => [...rows]);

test("ordinary queries are one statement with their key, beside those that select from it", async () => {
  const key = uuidv7();
  await db.owner`insert into kept values (${key}, 7, false)`;
  await db.owner`insert into lost values (${key}, 8, false)`;
  const watched = rewritingStore(db.pool.db, (text) => text);
  const recorded = await record(
    key,
    [
      build.insert(sold).values([
        { key, size: 1, gift: true },
        { key, size: 2, gift: false },
      ]),
      build.insert(sold).values({ key, size: 3, gift: false }).returning(),
      sql`insert into sold select key, ${4}::integer, ${true} from done`,
      sql`insert into ${sold} select key, ${5}::integer, ${true} from done`,
      build.update(kept).set({ gift: true }).where(eq(kept.key, key)),
      build.delete(lost).where(eq(lost.key, key)),
    ],
    watched.store,
  );
  expect(recorded).toEqual({ text: '{"sold":true}', replayed: false, attempt: 1 });
  expect(await salesOf(key)).toEqual([
    { size: 1, gift: true },
    { size: 2, gift: false },
    { size: 3, gift: false },
    { size: 4, gift: true },
    { size: 5, gift: true },
  ]);
  expect([...(await db.owner`select gift from kept where key = ${key}`)]).toEqual([{ gift: true }]);
  expect([...(await db.owner`select gift from lost where key = ${key}`)]).toEqual([]);
  expect(watched.counted.sent).toBe(1);
});

test.each(["this project's pool", "postgres.js as published", "node-postgres"] as const)(
  "an ordinary query whose key is there already writes nothing, and its caller gets the recorded answer: %s",
  async (driver) => {
    const store = openStore(driver);
    const key = uuidv7();
    await record(key, [one(key)], store);
    forgetRecent();
    expect(await record(key, [one(key)], store)).toMatchObject({
      text: '{"sold":true}',
      replayed: true,
    });
    expect(await salesOf(key)).toHaveLength(1);
  },
);

function openStore(driver: string): Store {
  if (driver === "this project's pool") return db.pool.db;
  const { appUrl } = db.database;
  if (driver === "node-postgres") {
    const pool = new pg.Pool({ connectionString: appUrl });
    onTestFinished(() => pool.end());
    return overNodePostgres(pool);
  }
  const client = postgres(appUrl, { max: 2 });
  onTestFinished(() => client.end());
  return drizzle(client);
}

test("of 20 ordinary queries at once over two instances one is written, and all get its answer", async () => {
  const key = uuidv7();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      record(key, [one(key)], (at % 2 ? db.pool : db.another).db),
    ),
  );
  expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(await salesOf(key)).toHaveLength(1);
});

test("known bad: with `done` not asked for, an ordinary query is written although its key was there", async () => {
  const key = uuidv7();
  await record(key, [one(key)]);
  forgetRecent();
  const unasked = rewritingStore(
    db.pool.db,
    replacing("nothing is written", [/ select coalesce\(max.*$/, " select fence from done"]),
  );
  expect(await record(key, [one(key)], unasked.store)).toMatchObject({ replayed: true });
  expect(unasked.counted.rewritten).toBe(1);
  expect(await salesOf(key)).toHaveLength(2);
});

test("what Postgres refuses of an ordinary query leaves no key behind, whatever words are in it", async () => {
  const key = uuidv7();
  const words = "idempotency: the key is not mine to write under, so nothing is written";
  const noNumber = build.update(kept).set({ size: sql`${words}::text::integer` });
  for (const effect of [one(key, 0), noNumber])
    await expect(record(key, [one(key), effect])).rejects.toMatchObject({ code: "RELEASED" });
  expect(await salesOf(key)).toEqual([]);
  expect(await record(key, [one(key)])).toMatchObject({ replayed: false });
});

test("a value that Drizzle cannot send is told as released, since nothing was sent", async () => {
  const key = uuidv7();
  const at: unknown = "yesterday";
  const noDate = build.insert(lost).values({ key, size: 1, gift: true, at: at as Date });
  const refused = record(key, [one(key), noDate]);
  await expect(refused).rejects.toMatchObject({ code: "RELEASED", cause: expect.anything() });
  expect(await record(key, [one(key)])).toMatchObject({ replayed: false });
});

const ofKey = eq(kept.key, uuidv7());
const other = alias(kept, "other");
const set = (table: typeof kept, size: number) => build.update(table).set({ size });
test.each([
  ["two updates", () => [set(kept, 1), set(kept, 2)]],
  ["an insert and an update", () => [one(uuidv7()), build.update(sold).set({ size: 2 })]],
  ["a delete and an insert", () => [build.delete(sold).where(ofKey), one(uuidv7())]],
  ["two upserts", () => [upsert(), upsert()]],
  ["two updates, one by an alias", () => [set(kept, 1), build.update(other).set({ size: 2 })]],
  ["two updates by two definitions", () => [set(kept, 1), set(pgTable("kept", columns), 2)]],
])(
  "%s of one table are refused together: of two changes of a row Postgres does one and says nothing",
  async (_of, effects) => {
    const key = uuidv7();
    await expect(record(key, effects())).rejects.toThrow(/Two effects on (sold|kept)/);
    expect([...(await db.owner`select 1 from idempotency_keys where key = ${key}`)]).toEqual([]);
  },
);
const upsert = () => one(uuidv7()).onConflictDoUpdate({ target: sold.key, set: { size: 2 } });

test("known bad: of two updates of one row in one statement Postgres does one", async () => {
  const key = uuidv7();
  await db.owner`insert into kept values (${key}, 10, false)`;
  const more = (by: number) => sql`update kept set size = size + ${by}::integer where key = ${key}`;
  await record(key, [more(1), more(2)]);
  const [row] = await db.owner`select size from kept where key = ${key}`;
  expect(row?.["size"]).not.toBe(13);
});

test("what was taken and has effects that cannot be written waits for a person, at once", async () => {
  const intent = new Intent(db.pool);
  const run = intent.run({
    async handler(attempt) {
      const receipt = await intent.ask(attempt);
      const [added, changed] = [one(intent.key), build.update(sold).set({ size: 2 })];
      return await attempt.commit(receipt, { effects: [added, changed] });
    },
  });
  await expect(run).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "needs_review" });
  expect(intent.bank.charges).toHaveLength(1);
});

test.each(["commit", "record of a step"] as const)(
  "a late attempt's ordinary query is not written: %s",
  async (where) => {
    const intent = new Intent(db.pool);
    let letGo = () => {};
    const gone = new Promise<void>((resolve) => (letGo = resolve));
    const point = where === "commit" ? "before-commit" : "after-provider";
    const late = intent.run({
      async onEvent({ point: at, fence }) {
        if (at === point && fence === 1) await gone;
      },
      async handler(attempt) {
        const receipt = await attempt.step("charge", {
          request: () => ({ orderId: intent.orderId }),
          send: (request, providerKey) => intent.bank.send(attempt.fence, request, providerKey),
          lookUp: (_request, providerKey) => intent.bank.lookUp(providerKey),
          ...(where === "record of a step" && { record: () => [one(intent.key)] }),
        });
        const effects = where === "commit" ? [one(intent.key)] : [];
        return await attempt.commit(receipt, { effects });
      },
    });
    await expect.poll(() => rowOf(db.owner, intent)).toMatchObject({ state: "in_progress" });
    await pause(550);
    const recorded = await intent.run({ store: db.another.db });
    letGo();
    expect(await late).toMatchObject({ text: recorded.text, replayed: true, attempt: 2 });
    expect(await salesOf(intent.key)).toEqual([]);
  },
);

test("an effect that would write nothing is refused before anything is sent, with what to give instead", async () => {
  const key = uuidv7();
  const selecting = new QueryBuilder().select({ one: sql`1` }).from(sold) as unknown as Effect;
  await expect(record(key, [selecting])).rejects.toThrow(/an insert, an update or a delete/);
  const inner = build
    .$with("inner")
    .as(build.insert(kept).values({ key, size: 1, gift: true }).returning());
  const nested = build.with(inner).insert(sold).select(build.select().from(inner));
  await expect(record(key, [nested])).rejects.toThrow(/no `with` of its own/);
  expect(await record(key, [one(key)])).toMatchObject({ replayed: false });
});
