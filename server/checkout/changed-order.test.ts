import { expect, test } from "vitest";
import { rowOf } from "../test-kit/answer-row.ts";
import { booksOf, paidOnce, untouched } from "../test-kit/books.ts";
import { Buyer, type Payment, paymentOf } from "../test-kit/buyer.ts";
import { replacing, type Rewrite, rewritingStore } from "../test-kit/rewriting-store.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

async function sells(sku: string, unitAmount: number) {
  await stack.sql`
    insert into products (sku, name, unit_amount, position) values (${sku}, ${sku}, ${unitAmount}, 9)
    on conflict (sku) do update set unit_amount = excluded.unit_amount`;
}

/** A payment of two green mugs whose bank could not be reached: nothing was taken, and the order is free to be changed. */
async function released(rewrite: Rewrite = () => undefined) {
  await sells("green", 1_200);
  await sells("blue", 1_200);
  const { store, counted } = rewritingStore(stack.services.db, rewrite);
  const buyer = await Buyer.arrives({ ...stack.services, db: store });
  const payment = await buyer.saves([{ sku: "green", quantity: 2 }]);
  const headers = { "x-fault-plan": "provider-unreachable@1" };
  const first = await buyer.pays(payment, { headers });
  expect(first.error?.idempotency?.code).toBe("RELEASED");
  return { buyer, payment, counted };
}

const saves = (buyer: Buyer, { orderId }: Payment, items: { sku: string; quantity: number }[]) =>
  buyer.mutate("orders.save", { orderId, items });

test.each<[what: string, total: number, change: (buyer: Buyer, payment: Payment) => unknown]>([
  ["more of it", 3_600, (buyer, payment) => saves(buyer, payment, [{ sku: "green", quantity: 3 }])],
  [
    "something else at the same price",
    2_400,
    (buyer, payment) => saves(buyer, payment, [{ sku: "blue", quantity: 2 }]),
  ],
  ["another price", 2_600, () => sells("green", 1_300)],
])(
  "an order that became %s while its payment was released is not charged as it was: VOIDED, and a new key pays what it is now",
  async (_what, total, change) => {
    const { buyer, payment } = await released();
    await change(buyer, payment);
    const again = await buyer.pays(payment);
    expect(rowOf(again)).toMatchObject({ http: 412, code: "VOIDED", sameKey: false });
    expect(again.message).toContain("nothing was taken");
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
    // What was said stays true, whatever is put back.
    await sells("green", 1_200);
    await saves(buyer, payment, [{ sku: "green", quantity: 2 }]);
    expect((await buyer.pays(payment)).error?.idempotency?.code).toBe("VOIDED");
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
    await change(buyer, payment);
    const now = paymentOf(payment.orderId, { amount: total, currency: "EUR" });
    expect((await buyer.pays(now)).result).toMatchObject({ status: "paid", amount: total });
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce(total));
    expect((await buyer.pays(payment)).error?.idempotency?.code).toBe("VOIDED");
  },
);

test("an order that is as it was is paid under the released key, also where it was saved again meanwhile", async () => {
  const { buyer, payment } = await released();
  await saves(buyer, payment, [{ sku: "green", quantity: 2 }]);
  expect((await buyer.pays(payment)).result).toMatchObject({ status: "paid", amount: 2_400 });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce(2_400));
});

test("ten of one released payment at once, to a bank that refuses and then does not: one charge, and nobody is told that it was given up", async () => {
  const { buyer, payment } = await released();
  const plan = { headers: { "x-fault-plan": "provider-unreachable@2+3+4" } };
  const codes = await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (;;) {
        const { status, error } = await buyer.pays(payment, plan);
        if (status === 200) return "paid";
        if (error?.idempotency?.retryable !== true) return error?.idempotency?.code;
      }
    }),
  );
  expect(new Set(codes)).toEqual(new Set(["paid"]));
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce(2_400));
});

test("a released payment of an order that another key has paid is told so, and not that it was given up", async () => {
  const { buyer, payment } = await released();
  const other = paymentOf(payment.orderId, payment.expectedTotal);
  expect((await buyer.pays(other)).status).toBe(200);
  const again = await buyer.pays(payment);
  expect(rowOf(again)).toMatchObject({ http: 409, code: "ORDER_PAID" });
  expect(again.error?.idempotency?.intentId ?? other.idempotencyKey).toBe(other.idempotencyKey);
});

test("known bad: without asking again, what the order was is charged and what it became is sent", async () => {
  const bad = await released(
    replacing("state = 'released' and", [/ and exists \([^]*?request::jsonb\)\)/, ")"]),
  );
  await saves(bad.buyer, bad.payment, [{ sku: "green", quantity: 3 }]);
  expect((await bad.buyer.pays(bad.payment)).result).toMatchObject({
    status: "paid",
    amount: 2_400,
  });
  expect(bad.counted.rewritten).toBeGreaterThan(0);
});
