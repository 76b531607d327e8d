import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { booksOf, noTrace, paidOnce, traceOf } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

test("whoever comes second for an order keeps no payment from being booked: its commit finds the order unlocked", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const stalled = buyer.pays(payment, { headers: { "x-fault-plan": "stall-after-claim=1500" } });
  const { idempotencyKey: key, orderId } = payment;
  await expect.poll(() => traceOf(stack.sql, key)).toEqual({ keys: 1, steps: 1 });

  const second = { ...payment, idempotencyKey: uuidv7() };
  // A commit as the first one's own, in two halves: the key's row, and the order behind it.
  await stack.sql.begin(async (commit) => {
    await commit`update idempotency_keys set updated_at = clock_timestamp(), lease_until = lease_until + interval '1 microsecond',
      holds = holds where account = ${buyer.account} and key = ${key}`;
    const refused = await buyer.pays(second);
    expect(refused.error?.idempotency).toMatchObject({ code: "ORDER_BUSY", intentId: key });
    await commit`update orders set updated_at = clock_timestamp() where account = ${buyer.account} and order_id = ${orderId}`;
  });
  expect((await stalled).result).toMatchObject({ status: "paid" });
  expect(await traceOf(stack.sql, second.idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});
