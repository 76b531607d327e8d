import { expect, test } from "vitest";
import { z } from "zod";
import { rowOf } from "../test-kit/answer-row.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

async function sells(sku: string, unitAmount: number) {
  await stack.sql`
    insert into products (sku, name, unit_amount, position) values (${sku}, ${sku}, ${unitAmount}, 9)
    on conflict (sku) do update set unit_amount = excluded.unit_amount`;
}

test.each<[string, unknown]>([
  ["-5", -5],
  ["0", 0],
  ["19.99", 19.99],
  ["2^53", 2 ** 53],
  ["2^53 + 2", 2 ** 53 + 2],
  ["1e21", 1e21],
  ["the text 1998", "1998"],
  ["null", null],
  ["nothing", undefined],
  ["1998 dollars", { amount: 1_998, currency: "USD" }],
  ["1998 of no currency", { amount: 1_998 }],
  ["19.98 in its object", { amount: 19.98, currency: "EUR" }],
  ["the text in its object", { amount: "1998", currency: "EUR" }],
  ["a member too many", { amount: 1_998, currency: "EUR", discount: 5 }],
])("an expected total of %s is 400, and the key still pays", async (_what, expectedTotal) => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const refused = await buyer.pays({ ...payment, expectedTotal });
  expect(refused.status, refused.text).toBe(400);
  expect(rowOf(refused)).toMatchObject({ trpc: "BAD_REQUEST", code: "" });
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
  expect((await buyer.pays(payment)).status).toBe(200);
});

test("a total as a bare number and as money is one and the same request", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const first = await buyer.pays({ ...payment, expectedTotal: 1_998 });
  const second = await buyer.pays({
    ...payment,
    expectedTotal: { currency: "EUR", amount: 1_998 },
  });
  expect(second.text).toBe(first.text);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
});

test.each(["4242424242424242", "pm_card_unknown", "", "visa", "4242 4242 4242 4242"])(
  "the payment method '%s' is 400 and stored nowhere",
  async (paymentMethod) => {
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    const refused = await buyer.pays({ ...payment, paymentMethod });
    expect(refused.status).toBe(400);
    if (paymentMethod) expect(refused.text).not.toContain(paymentMethod);
    expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  },
);

test.each([
  ["pear", 510],
  ["lamp", 6_796],
  ["shirt", 1_999],
])(
  "the price of a %s goes from the shelf to the bank as %i cents, never through a float (verbb/formie#2903)",
  async (sku, cents) => {
    await sells(sku, cents);
    const buyer = await Buyer.arrives(stack.services);
    for (const quantity of [1, 3]) {
      const payment = await buyer.saves([{ sku, quantity }]);
      expect(payment.expectedTotal).toEqual({ amount: cents * quantity, currency: "EUR" });
      expect((await buyer.pays(payment)).result).toMatchObject({
        status: "paid",
        amount: cents * quantity,
      });
      expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce(cents * quantity));
    }
  },
);

test("paid, then the price is raised: the same key gives the same bytes, and the order keeps what was charged", async () => {
  await sells("radio", 5_000);
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves([{ sku: "radio", quantity: 1 }]);
  const paid = await buyer.pays(payment);
  await sells("radio", 6_000);
  const again = await buyer.pays(payment);
  expect(again.text).toBe(paid.text);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  const order = await buyer.query("orders.get", { orderId: payment.orderId });
  expect(z.object({ status: z.string(), total: z.unknown() }).parse(order.result)).toEqual({
    status: "paid",
    total: { amount: 5_000, currency: "EUR" },
  });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce(5_000));
});

test("the price is raised while the outcome is unknown: the retry asks for what was frozen, and is charged that once", async () => {
  await sells("desk", 7_000);
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves([{ sku: "desk", quantity: 1 }]);
  const headers = { "x-fault-plan": "provider-timeout@1" };
  expect((await buyer.pays(payment, { headers })).error?.idempotency?.code).toBe("OUTCOME_UNKNOWN");
  await sells("desk", 8_000);
  expect((await buyer.pays(payment, { headers })).result).toMatchObject({
    status: "paid",
    amount: 7_000,
  });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce(7_000));
});

test("the price is raised before the first arrival: PRICE_CHANGED, nothing stored, and the confirmed total pays under the same key", async () => {
  await sells("chair", 3_000);
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves([{ sku: "chair", quantity: 1 }]);
  await sells("chair", 3_300);
  expect((await buyer.pays(payment)).error?.idempotency?.code).toBe("PRICE_CHANGED");
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  const confirmed = { ...payment, expectedTotal: { amount: 3_300, currency: "EUR" } };
  expect((await buyer.pays(confirmed)).result).toMatchObject({ status: "paid", amount: 3_300 });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce(3_300));
});
