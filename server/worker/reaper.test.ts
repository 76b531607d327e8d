import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { reapOperations } from "../idempotency/trpc/index.ts";
import { operations } from "../operations.ts";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { completeAbandoned } from "./completer.ts";

const stack = stackUnderTest();

async function age({ idempotencyKey }: Payment, hours: number) {
  const by = `${hours} hours`;
  await stack.sql`update idempotency_keys
      set created_at = created_at - ${by}::interval, updated_at = updated_at - ${by}::interval, lease_until = lease_until - ${by}::interval
    where key = ${idempotencyKey}`;
}

const stateOf = async (buyer: Buyer, { idempotencyKey }: Payment) =>
  Object((await buyer.query("checkout.status", { idempotencyKey })).result);

test("a payment of 73 h ago: its key is KEY_EXPIRED, its status expired, its order still paid, its books untouched (CORE-16)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  expect((await buyer.pays(payment)).status).toBe(200);
  await age(payment, 73);
  expect(await reapOperations(stack.services.db, operations)).toBe(1);

  const again = await buyer.pays(payment);
  expect(again.status).toBe(412);
  expect(again.error?.idempotency).toMatchObject({
    code: "KEY_EXPIRED",
    retryable: false,
    sameKey: false,
  });
  expect(await stateOf(buyer, payment)).toEqual({ state: "expired" });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  const order = Object((await buyer.query("orders.get", { orderId: payment.orderId })).result);
  expect(order).toMatchObject({ status: "paid", intents: [{ state: "expired", attempts: 1 }] });

  const another = await buyer.pays({ ...payment, idempotencyKey: uuidv7() });
  expect(another.error?.idempotency).toMatchObject({
    code: "ORDER_PAID",
    intentId: payment.idempotencyKey,
  });
  const changed = await buyer.mutate("orders.save", {
    orderId: payment.orderId,
    items: [{ sku: "tea", quantity: 3 }],
  });
  expect(changed.error?.idempotency).toMatchObject({ code: "ORDER_PAID" });
  const invariants = await buyer.query("audit.invariants");
  for (const { id, holds } of Object(invariants.result)) expect(holds, id).toBe(true);
});

test("a payment in doubt for 100 h is not cleaned, is found at the bank and booked, and only then grows old", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const plan = { "x-fault-plan": "provider-timeout@1" };
  expect((await buyer.pays(payment, { headers: plan })).error?.idempotency?.code).toBe(
    "OUTCOME_UNKNOWN",
  );
  await age(payment, 100);
  expect(await reapOperations(stack.services.db, operations)).toBe(0);

  await completeAbandoned(stack.services, operations);
  expect(await stateOf(buyer, payment)).toMatchObject({
    state: "completed",
    result: { status: "paid" },
  });
  expect(await reapOperations(stack.services.db, operations)).toBe(0);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("what is past the recovery horizon and unknown to the bank is listed for its own account, and is charged by nobody", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const plan = { "x-fault-plan": "provider-error@1" };
  expect((await buyer.pays(payment, { headers: plan })).error?.idempotency?.code).toBe(
    "OUTCOME_UNKNOWN",
  );
  await age(payment, 21);
  await completeAbandoned(stack.services, operations);

  const { idempotencyKey, orderId } = payment;
  expect((await buyer.query("audit.reviews")).result).toEqual([
    {
      idempotencyKey,
      orderId,
      procedure: "checkout.pay",
      attempts: 2,
      reason: expect.stringContaining("recovery horizon"),
      since: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  ]);
  const stranger = await Buyer.arrives(stack.services);
  expect((await stranger.query("audit.reviews")).result).toEqual([]);
  expect(await stateOf(buyer, payment)).toEqual({ state: "unknown" });
  expect((await booksOf(stack.sql, orderId)).captures).toBe(0);
});
