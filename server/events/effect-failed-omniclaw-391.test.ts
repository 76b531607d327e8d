import { beforeAll, expect, test } from "vitest";
import { delivers, paidUnheard } from "../test-kit/bank-events.ts";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { inboxOf } from "../test-kit/inbox.ts";
import { logLines } from "../test-kit/log-lines.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ instances: 2 });

/** Refuses every row of the inbox, or of the effect, for as long as it is there: the statement fails at that row. */
async function refuseRowsOf(table: string): Promise<() => Promise<void>> {
  await stack.sql.unsafe(
    `create trigger a_failure before insert on ${table} for each row execute function test_failure()`,
  );
  return async () => void (await stack.sql.unsafe(`drop trigger a_failure on ${table}`));
}

beforeAll(async () => {
  await stack.sql.unsafe(`create function test_failure() returns trigger language plpgsql as
    $$ begin raise exception 'as asked' using errcode = '53100'; end $$`);
});

test.each(["webhook_inbox", "ledger_entries", "receipts"])(
  "HOOK-2: the handler fails at its row of %s: 5xx and no row of anything; the bank's repeat has the whole effect, once",
  async (table) => {
    const { payment, charged } = await paidUnheard(stack);
    const mend = await refuseRowsOf(table);
    expect((await delivers(stack.services, charged)).status).toBe(503);
    expect(await inboxOf(stack.sql, payment.orderId)).toEqual([]);
    expect((await booksOf(stack.sql, payment.orderId)).charges).toBe(0);
    await mend();

    for (const services of stack.instances)
      expect((await delivers(services, charged)).status).toBe(200);
    expect(await inboxOf(stack.sql, payment.orderId)).toEqual([
      { type: "charge.succeeded", effect: "settled" },
    ]);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  },
);

test("an event that cannot be recorded for a reason that nobody foresaw is a 503, and the log says which", async () => {
  const { charged } = await paidUnheard(stack);
  const object = { id: "prod_tea", object: "product" };
  const told = { id: "evt_of_nothing", type: "product.created", data: { object } };
  const other = { ...JSON.parse(charged.body), ...told };
  const mend = await refuseRowsOf("webhook_inbox");
  const logged = logLines();
  const answer = await delivers(stack.services, { body: JSON.stringify(other) });
  await mend();
  expect(answer.status).toBe(503);
  await expect
    .poll(logged)
    .toContainEqual(expect.objectContaining({ event: "webhook-not-recorded", code: "53100" }));
  await delivers(stack.services, charged);
});
