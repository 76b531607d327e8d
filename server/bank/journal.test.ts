import postgres from "postgres";
import { expect, test } from "vitest";
import { bankUnderTest, journalOf, payment } from "./bank-under-test.ts";

const bank = bankUnderTest();

test.each([
  ["update", "update bank.journal set amount = 1"],
  ["delete", "delete from bank.journal"],
  ["truncate", "truncate bank.journal"],
])(
  "the journal refuses %s, to the bank's role and to the owner of the database",
  async (_, statement) => {
    await bank.stripe.paymentIntents.create(payment(statement));
    const role = postgres(bank.databaseUrl, { max: 1, fetch_types: false });
    try {
      for (const sql of [role, bank.sql]) {
        await expect(sql.unsafe(statement)).rejects.toMatchObject({ code: "42501" });
      }
    } finally {
      await role.end({ timeout: 1 });
    }
    expect(await journalOf(bank.sql, statement)).toMatchObject([{ amount: 999 }]);
  },
);

test("an entry shows a digest of the key, never the key", async () => {
  await bank.stripe.paymentIntents.create(payment("o-1"), { idempotencyKey: "a-secret-key" });
  const [entry] = await bank.sql`
    select row_to_json(j)::text as shown, key_hash = encode(sha256('a-secret-key'), 'hex') as digest
    from bank.journal j where order_id = 'o-1'`;
  expect(entry?.digest).toBe(true);
  expect(entry?.shown).not.toContain("a-secret-key");
});

test("an intent cannot have two successful charges, whatever writes them", async () => {
  const intent = await bank.stripe.paymentIntents.create(payment("o-2"));
  const copy = bank.sql`
    insert into bank.charges (id, merchant, created, amount, currency, status, payment_intent, payment_method, metadata)
    select 'ch_copy', merchant, created, amount, currency, status, payment_intent, payment_method, metadata
    from bank.charges where payment_intent = ${intent.id}`;
  await expect(copy).rejects.toMatchObject({
    code: "23505",
    constraint_name: "charges_one_success",
  });
});

test("what became of an order is found by an index, however long the journal is", async () => {
  const plan = await bank.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    return await sql`explain select kind from bank.journal where order_id = 'o-1'`;
  });
  expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toContain("journal_of_order");
});
