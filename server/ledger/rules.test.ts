import postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../db/test-database.ts";

/** What Postgres itself refuses, whoever asks: the application's role for want of rights, its owner by trigger. */
let database: TestDatabase;
let owner: postgres.Sql;
let app: postgres.Sql;
const account = uuidv7();
const orderId = uuidv7();

beforeAll(async () => {
  database = await createTestDatabase();
  const options = { max: 2, fetch_types: false, onnotice: () => {} };
  owner = postgres(database.adminUrl, options);
  app = postgres(database.appUrl, options);
  await app`insert into orders (account, order_id, items) values (${account}, ${orderId}, '[{"sku":"tea","quantity":2}]')`;
  await books(app, [
    ["bank", "debit", 1_998],
    ["sales", "credit", 1_998],
  ]);
});

afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await database.drop();
});

type Entry = [ledgerAccount: string, direction: string, amount: number];

/** A charge, its posting and these entries, in one transaction. */
async function books(sql: postgres.Sql, entries: Entry[], order = orderId): Promise<void> {
  await sql.begin(async (tx) => {
    const [chargeId, postingId] = [uuidv7(), uuidv7()];
    await tx`insert into charges (charge_id, account, order_id, key, amount, currency, provider_reference, lines, paid_at)
      values (${chargeId}, ${account}, ${order}, ${uuidv7()}, 1998, 'EUR', ${`ch_${chargeId}`}, '[]', now())`;
    await tx`insert into postings (posting_id, account, order_id, kind, source_id) values (${postingId}, ${account}, ${order}, 'charge', ${chargeId})`;
    for (const [ledgerAccount, direction, amount] of entries) {
      await tx`insert into ledger_entries (posting_id, account, ledger_account, direction, amount, currency)
        values (${postingId}, ${account}, ${ledgerAccount}, ${direction}, ${amount}, 'EUR')`;
    }
  });
}

async function anotherOrder(): Promise<string> {
  const id = uuidv7();
  await app`insert into orders (account, order_id, items) values (${account}, ${id}, '[{"sku":"tea","quantity":2}]')`;
  return id;
}

const everything = async () =>
  (
    await owner`select (select count(*) from charges) || '/' || (select count(*) from postings) || '/' || (select count(*) from ledger_entries) as n`
  )[0]?.["n"];

test.each<[string, Entry[]]>([
  ["of one side alone", [["bank", "debit", 1_998]]],
  [
    "whose sides differ by a cent",
    [
      ["bank", "debit", 1_998],
      ["sales", "credit", 1_997],
    ],
  ],
  [
    "of two debits",
    [
      ["bank", "debit", 1_998],
      ["sales", "debit", 1_998],
    ],
  ],
  ["of no entries", []],
])("a posting %s is refused at commit, and nothing of it stays", async (_what, entries) => {
  const before = await everything();
  await expect(books(app, entries, await anotherOrder())).rejects.toMatchObject({
    code: "23514",
    constraint_name: "posting_balances",
  });
  expect(await everything()).toBe(before);
});

test("an entry that comes later unbalances its posting and is refused", async () => {
  await expect(
    app`insert into ledger_entries (posting_id, account, ledger_account, direction, amount, currency)
        select posting_id, account, 'bank', 'debit', 1, 'EUR' from postings where order_id = ${orderId}`,
  ).rejects.toMatchObject({ code: "23514" });
});

test.each([0, -1_998])("an entry of %i is refused", async (amount) => {
  await expect(
    books(
      app,
      [
        ["bank", "debit", amount],
        ["sales", "credit", amount],
      ],
      await anotherOrder(),
    ),
  ).rejects.toMatchObject({ code: "23514" });
});

test("an order is charged once in our books, whatever else fails", async () => {
  await expect(
    books(app, [
      ["bank", "debit", 1_998],
      ["sales", "credit", 1_998],
    ]),
  ).rejects.toMatchObject({ code: "23505" });
});

const LEDGER = ["ledger_entries", "postings", "charges", "refunds"];
const REWRITING = LEDGER.flatMap((table) => [
  `update ${table} set account = account`,
  `delete from ${table}`,
  `truncate ${table} cascade`,
]);

test.each(REWRITING)("the application's role may not: %s", async (statement) => {
  const before = await everything();
  await expect(app.unsafe(statement)).rejects.toMatchObject({ code: "42501" });
  await expect(
    owner.begin(async (tx) => {
      await tx`set local role payonce_app`;
      await tx.unsafe(statement);
    }),
  ).rejects.toMatchObject({ code: "42501" });
  expect(await everything()).toBe(before);
});

test.each(REWRITING.filter((statement) => !statement.includes("refunds")))(
  "not even the owner can, without taking the trigger away: %s",
  async (statement) => {
    const before = await everything();
    await expect(owner.unsafe(statement)).rejects.toMatchObject({ code: "23000" });
    expect(await everything()).toBe(before);
  },
);

test.each([
  "delete from idempotency_keys",
  "delete from idempotency_steps",
  "truncate idempotency_keys cascade",
  "delete from orders",
  "alter table ledger_entries disable trigger all",
  "drop table ledger_entries",
  "create table mine (a integer)",
  "update products set unit_amount = 1",
  "select * from bank.journal",
  "insert into bank.journal default values",
  "set session_replication_role = replica",
])("the application's role has no right to: %s", async (statement) => {
  await expect(app.unsafe(statement)).rejects.toMatchObject({ code: "42501" });
});

test("an order that was paid is never a draft again, and a refunded one never paid", async () => {
  const id = await anotherOrder();
  const becomes = (status: string) =>
    app`update orders set status = ${status} where order_id = ${id}`;
  await becomes("paid");
  await expect(becomes("draft")).rejects.toMatchObject({ code: "23000" });
  await becomes("refunded");
  for (const status of ["paid", "draft"])
    await expect(becomes(status)).rejects.toMatchObject({ code: "23000" });
});

test("every table of the promise survives a crash, and no key is nullable", async () => {
  const rows = await owner<{ name: string; kind: string }[]>`
    select relname as name, relpersistence as kind from pg_class
     where relname = any(string_to_array('idempotency_keys,idempotency_steps,orders,charges,postings,ledger_entries,refunds', ','))`;
  expect(rows.map(({ kind }) => kind)).toEqual(Array(7).fill("p"));
  const nullable = await owner`
    select 1 from information_schema.columns
     where table_name like 'idempotency_%' and column_name in ('account', 'key', 'fence', 'state', 'fingerprint') and is_nullable = 'YES'`;
  expect(nullable).toHaveLength(0);
});
