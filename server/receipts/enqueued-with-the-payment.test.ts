import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { booksOf, paidOnce, untouched } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { jobsOf, receiptOf } from "../test-kit/mail.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { completeAbandoned } from "../worker/completer.ts";
import { operations } from "../operations.ts";

const stack = stackUnderTest();

test("a payment enqueues its receipt in its own commit: one job, and a retry adds none", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  expect((await buyer.pays(payment)).status).toBe(200);
  expect(await jobsOf(stack.sql, payment.orderId)).toBe(1);
  expect(await receiptOf(buyer, payment.orderId)).toEqual({
    status: "queued",
    effective: 0,
    deliveries: 0,
  });
  await buyer.pays(payment);
  await buyer.pays({ ...payment, idempotencyKey: uuidv7() });
  expect(await jobsOf(stack.sql, payment.orderId)).toBe(1);
  const [job] = await stack.sql`
    select r.job_id = j.id::bigint as same, j.key from receipts r, graphile_worker._private_jobs j
     where r.order_id = ${payment.orderId} and j.payload ->> 'orderId' = r.order_id::text`;
  expect(job).toEqual({ same: true, key: `receipt:${buyer.account}:${payment.orderId}` });
});

test("a declined payment has no receipt and no job", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  await buyer.pays({ ...payment, paymentMethod: "pm_card_chargeDeclined" });
  expect(await jobsOf(stack.sql, payment.orderId)).toBe(0);
  expect((await receiptOf(buyer, payment.orderId)).status).toBe("none");
});

test.each(["crash-before-commit", "database-drop-before-commit"])(
  "%s: the payment is not booked and no receipt is enqueued; once it is booked there is one",
  async (fault) => {
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    await buyer.pays(payment, { headers: { "x-fault-plan": `${fault}@1` } }).catch(() => undefined);
    const { captures, captured } = paidOnce();
    expect(await booksOf(stack.sql, payment.orderId)).toEqual({ ...untouched, captures, captured });
    expect(await jobsOf(stack.sql, payment.orderId)).toBe(0);

    await expect
      .poll(
        async () => {
          await completeAbandoned(stack.services, operations);
          return booksOf(stack.sql, payment.orderId);
        },
        { timeout: 15_000, interval: 200 },
      )
      .toEqual(paidOnce());
    expect(await jobsOf(stack.sql, payment.orderId)).toBe(1);
  },
);

test("one order's id under two accounts is two receipts and two jobs (S12)", async () => {
  const [one, other] = [await Buyer.arrives(stack.services), await Buyer.arrives(stack.services)];
  const payment = await one.saves();
  await other.saves([{ sku: "tea", quantity: 2 }], payment.orderId);
  for (const buyer of [one, other]) expect((await buyer.pays(payment)).status).toBe(200);
  expect(await jobsOf(stack.sql, payment.orderId)).toBe(2);
});
