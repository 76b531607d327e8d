import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ suppliers: true });

/** The tables of every schema that hold the four groups, whatever is between them. */
async function tablesWithCard(): Promise<string[]> {
  const tables = await stack.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`;
  const found = [];
  for (const { name } of tables) {
    const rows = await stack.sql.unsafe(
      `select 1 from ${name} t where t::text like '%4242%4242%4242%4242%' limit 1`,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

test("a card number in an email or a goal is 400 and nowhere", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const items = [{ sku: "tea", quantity: 1 }];
  for (const email of ["4242424242424242@example.com", "ada+4242.4242-4242_4242@example.com"]) {
    const order = { orderId: uuidv7(), items, email };
    const refused = await buyer.mutate("orders.save", order);
    expect([email, refused.status]).toEqual([email, 400]);
    expect(refused.text).not.toContain("4242");
  }
  for (const card of [
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242  4242  4242  4242",
    "4242.4242.4242.4242",
    "4242 / 4242 / 4242 / 4242",
    "4242\u200B4242\u200B4242\u200B4242",
    "4242 4242 4242 4242 12/27 123",
    "4２42 4242 4242 4242",
  ]) {
    const run = { idempotencyKey: uuidv7(), goal: `Buy a tea with ${card}` };
    const refused = await buyer.mutate("agent.run", run);
    expect([card, refused.status]).toEqual([card, 400]);
    expect(refused.text).not.toContain("4242");
  }
  expect(await tablesWithCard()).toEqual([]);
});
