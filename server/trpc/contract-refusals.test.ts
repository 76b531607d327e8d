import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { expectHeaders, rowOf } from "../test-kit/answer-row.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer, paymentOf, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

async function arrives() {
  const buyer = await Buyer.arrives(stack.services);
  return { buyer, payment: await buyer.saves() };
}

async function expectNothingHappened({ idempotencyKey, orderId }: Payment) {
  expect(await traceOf(stack.sql, idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, orderId)).toEqual(untouched);
}

test("another card or another total under the same key is KEY_REUSED, and the first answer stands", async () => {
  const { buyer, payment } = await arrives();
  const first = await buyer.pays(payment);
  for (const other of [{ paymentMethod: "pm_card_mastercard" }, { expectedTotal: 1_997 }]) {
    const refused = await buyer.pays({ ...payment, ...other });
    expect(rowOf(refused)).toEqual({
      http: 422,
      trpc: "UNPROCESSABLE_CONTENT",
      code: "KEY_REUSED",
      retryable: false,
      sameKey: false,
      retryAfter: null,
      attempt: "1",
    });
    expectHeaders(refused, payment, false);
  }
  expect((await buyer.pays(payment)).text).toBe(first.text);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a second intent is told ORDER_BUSY, then ORDER_PAID, and which intent to join", async () => {
  const { buyer, payment } = await arrives();
  const plan = { "x-fault-plan": "stall-after-claim=700@1" };
  const first = buyer.pays(payment, { headers: plan });
  await expect
    .poll(() => traceOf(stack.sql, payment.idempotencyKey))
    .toEqual({ keys: 1, steps: 1 });
  const second = { ...payment, idempotencyKey: uuidv7() };

  for (const code of ["ORDER_BUSY", "ORDER_PAID"]) {
    const refused = await buyer.pays(second);
    expect(rowOf(refused)).toMatchObject({
      http: 409,
      trpc: "CONFLICT",
      code,
      retryable: false,
      sameKey: false,
    });
    expect(refused.error?.idempotency?.intentId).toBe(payment.idempotencyKey);
    expectHeaders(refused, second, false);
    expect(await traceOf(stack.sql, second.idempotencyKey)).toEqual(noTrace);
    await first;
  }
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a total that is one cent off is PRICE_CHANGED, and the key still pays once the total is confirmed", async () => {
  const { buyer, payment } = await arrives();
  const refused = await buyer.pays({ ...payment, expectedTotal: 1_997 });
  expect(rowOf(refused)).toMatchObject({
    http: 409,
    trpc: "CONFLICT",
    code: "PRICE_CHANGED",
    retryable: false,
    sameKey: true,
  });
  expectHeaders(refused, payment, false);
  await expectNothingHappened(payment);
  expect((await buyer.pays(payment)).status).toBe(200);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test.each([
  ["voided", 412, "PRECONDITION_FAILED", "VOIDED", null],
  ["expired", 412, "PRECONDITION_FAILED", "KEY_EXPIRED", null],
  ["needs_review", 503, "SERVICE_UNAVAILABLE", "OUTCOME_UNKNOWN", "15"],
])("a key that is %s runs nothing more", async (state, http, trpc, code, retryAfter) => {
  const { buyer, payment } = await arrives();
  await buyer.pays(payment, { headers: { "x-fault-plan": "provider-unreachable@1" } });
  // A tombstone is what is left of a settled key, and the database allows it after nothing else.
  if (state === "expired") {
    await stack.sql`update idempotency_keys set state = 'voided', holds = false where key = ${payment.idempotencyKey}`;
  }
  await stack.sql`update idempotency_keys set state = ${state}, holds = ${state === "needs_review"} where key = ${payment.idempotencyKey}`;

  const refused = await buyer.pays(payment);
  expect(rowOf(refused)).toMatchObject({ http, trpc, code, retryAfter, attempt: "1" });
  expectHeaders(refused, payment, false);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
});

test("an order that this account does not have is 404 and uses no key up", async () => {
  const { buyer } = await arrives();
  const stranger = paymentOf(uuidv7(), 1_998);
  expect(rowOf(await buyer.pays(stranger))).toMatchObject({ http: 404, trpc: "NOT_FOUND" });
  await expectNothingHappened(stranger);
});

test("too many at once is 429 with Retry-After; it runs nothing and uses no key up", async () => {
  const { buyer, payment } = await arrives();
  await stack.sql`insert into rate_buckets (bucket, tokens, updated_at) values (${buyer.account}, 0, clock_timestamp() + interval '1 hour')`;
  const refused = await buyer.pays(payment);
  expect(rowOf(refused)).toMatchObject({ http: 429, trpc: "TOO_MANY_REQUESTS", retryAfter: "1" });
  expect(refused.headers.get("cache-control")).toBe("no-store");
  await expectNothingHappened(payment);
  await stack.sql`delete from rate_buckets where bucket = ${buyer.account}`;
  expect((await buyer.pays(payment)).status).toBe(200);
});
