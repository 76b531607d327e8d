import { expect, test } from "vitest";
import { expectHeaders, rowOf } from "../test-kit/answer-row.ts";
import { booksOf, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ timings: "test" });

async function arrives() {
  const buyer = await Buyer.arrives(stack.services);
  return { buyer, payment: await buyer.saves() };
}

test("paid, the first time and replayed: 200, the same bytes, and the headers say which it was", async () => {
  const { buyer, payment } = await arrives();
  const first = await buyer.pays(payment);
  const second = await buyer.pays(payment);

  expect(first.status).toBe(200);
  expect(first.result).toEqual({
    status: "paid",
    orderId: payment.orderId,
    chargeId: expect.any(String),
    amount: 1_998,
    currency: "EUR",
    providerReference: expect.stringMatching(/^ch_/),
    paidAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expectHeaders(first, payment, false);
  expect(second.status).toBe(200);
  expect(second.text).toBe(first.text);
  expectHeaders(second, payment, true);
  for (const answer of [first, second]) {
    expect(answer.headers.get("idempotency-attempt")).toBe("1");
    expect(answer.headers.has("retry-after")).toBe(false);
    expect(answer.headers.get("content-type")).toBe("application/json");
  }
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("declined is an answer: 200, stored, replayed with the same bytes, and submitted once", async () => {
  const { buyer, payment } = await arrives();
  const declined = { ...payment, paymentMethod: "pm_card_chargeDeclinedInsufficientFunds" };
  const first = await buyer.pays(declined);
  const second = await buyer.pays(declined);

  expect(first.status).toBe(200);
  expect(first.result).toEqual({
    status: "declined",
    orderId: payment.orderId,
    declineCode: "insufficient_funds",
  });
  expectHeaders(first, payment, false);
  expect(second.text).toBe(first.text);
  expectHeaders(second, payment, true);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual({ ...untouched, declines: 1 });
});

test("a duplicate of a running payment waits, then is told IN_PROGRESS and when to ask again", async () => {
  const { buyer, payment } = await arrives();
  const plan = { "x-fault-plan": "stall-after-provider=1600@1" };
  const first = buyer.pays(payment, { headers: plan });
  await expect
    .poll(() => traceOf(stack.sql, payment.idempotencyKey))
    .toEqual({ keys: 1, steps: 1 });
  // Its lease ends before its wait does, were it not renewed: another second, so that only the wait can end it.
  await stack.sql`update idempotency_keys set lease_until = clock_timestamp() + interval '5 seconds' where key = ${payment.idempotencyKey}`;

  const startedAt = performance.now();
  const duplicate = await buyer.pays(payment);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(stack.services.limits.waitMs);
  expect(rowOf(duplicate)).toEqual({
    http: 409,
    trpc: "CONFLICT",
    code: "IN_PROGRESS",
    retryable: true,
    sameKey: true,
    retryAfter: "2",
    attempt: "1",
  });
  expectHeaders(duplicate, payment, false);
  // Another request is told so at once, and never to wait for this one's answer.
  const other = await buyer.pays({ ...payment, paymentMethod: "pm_card_mastercard" });
  expect(rowOf(other)).toMatchObject({ http: 422, code: "KEY_REUSED", attempt: "1" });
  expect((await first).status).toBe(200);
  expect((await buyer.pays(payment)).text).toBe((await first).text);
});

test("a bank that may have charged is OUTCOME_UNKNOWN: same key, never called failed", async () => {
  const { buyer, payment } = await arrives();
  const plan = { "x-fault-plan": "provider-timeout@1" };
  const unknown = await buyer.pays(payment, { headers: plan });
  expect(rowOf(unknown)).toEqual({
    http: 503,
    trpc: "SERVICE_UNAVAILABLE",
    code: "OUTCOME_UNKNOWN",
    retryable: true,
    sameKey: true,
    retryAfter: "1",
    attempt: "1",
  });
  expectHeaders(unknown, payment, false);
  expect(unknown.message).not.toMatch(/fail/i);
  const paid = await buyer.pays(payment, { headers: plan });
  expect(paid.headers.get("idempotency-attempt")).toBe("2");
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a bank that was never reached is RELEASED, and the same key pays", async () => {
  const { buyer, payment } = await arrives();
  const plan = { "x-fault-plan": "provider-unreachable@1" };
  const released = await buyer.pays(payment, { headers: plan });
  expect(rowOf(released)).toEqual({
    http: 503,
    trpc: "SERVICE_UNAVAILABLE",
    code: "RELEASED",
    retryable: true,
    sameKey: true,
    retryAfter: "1",
    attempt: "1",
  });
  expectHeaders(released, payment, false);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
  expect((await buyer.pays(payment, { headers: plan })).status).toBe(200);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});
