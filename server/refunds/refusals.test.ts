import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { rowOf } from "../test-kit/answer-row.ts";
import { booksOf, noTrace, paidOnce, traceOf } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, gaveBack, refundBooksOf, refundOf, refunds } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

async function paid() {
  const buyer = await Buyer.arrives(stack.services);
  return { buyer, ...(await buysTea(buyer)) };
}

test("a payment's key sent to refunds.create is KEY_REUSED: no refund, and the payment's row is untouched (stripe/stripe-ruby#598)", async () => {
  const { buyer, chargeId, orderId, key } = await paid();
  const row = async () =>
    (
      await stack.sql`select to_jsonb(k)::text as all from idempotency_keys k where key = ${key}`
    )[0];
  const before = await row();
  const refused = await refunds(buyer, { idempotencyKey: key, chargeId });
  expect(rowOf(refused)).toMatchObject({ http: 422, code: "KEY_REUSED", sameKey: false });
  expect(await row()).toEqual(before);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack());
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});

test("another amount or another charge under a refund's key is KEY_REUSED, and the first answer stands (S11)", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const other = await buysTea(buyer);
  const call = refundOf(chargeId, 500);
  const first = await refunds(buyer, call);
  for (const changed of [{ amount: 501 }, { amount: undefined }, { chargeId: other.chargeId }]) {
    const refused = await refunds(buyer, JSON.parse(JSON.stringify({ ...call, ...changed })));
    expect(rowOf(refused)).toMatchObject({ http: 422, code: "KEY_REUSED" });
  }
  expect((await refunds(buyer, call)).text).toBe(first.text);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(500));
  expect(await refundBooksOf(stack.sql, other.orderId)).toEqual(gaveBack());
});

test.each<[string, unknown]>([
  ["-5", -5],
  ["0", 0],
  ["19.99", 19.99],
  ["2^53", 2 ** 53],
  ["the text 500", "500"],
  ["null", null],
  ["money in its object", { amount: 500, currency: "EUR" }],
])("an amount of %s is 400, and the key still refunds", async (_what, amount) => {
  const { buyer, chargeId, orderId } = await paid();
  const call = refundOf(chargeId, 500);
  const refused = await buyer.mutate("refunds.create", { ...call, amount });
  expect(rowOf(refused)).toMatchObject({ http: 400, trpc: "BAD_REQUEST" });
  expect(await traceOf(stack.sql, call.idempotencyKey)).toEqual(noTrace);
  expect((await refunds(buyer, call)).status).toBe(200);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(500));
});

test("more than was captured is 409, stores nothing, and the key refunds once the amount is mended (S13)", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const call = refundOf(chargeId, 1_999);
  const refused = await refunds(buyer, call);
  expect(rowOf(refused)).toMatchObject({ http: 409, trpc: "CONFLICT", code: "" });
  expect(refused.message).toContain("This request refunded nothing");
  expect(await traceOf(stack.sql, call.idempotencyKey)).toEqual(noTrace);
  expect((await refunds(buyer, { ...call, amount: 1_998 })).status).toBe(200);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(1_998));
});

test("another account's charge is 404 like one that nobody has, and its refunds never meet ours (S12)", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const stranger = await Buyer.arrives(stack.services);
  const call = refundOf(chargeId, 500);
  const foreign = await refunds(stranger, call);
  const nobody = await refunds(stranger, { ...call, chargeId: uuidv7() });
  expect(rowOf(foreign)).toMatchObject({ http: 404, trpc: "NOT_FOUND" });
  expect(foreign.text).toBe(nobody.text);
  expect(await traceOf(stack.sql, call.idempotencyKey)).toEqual(noTrace);
  expect((await refunds(buyer, call)).status).toBe(200);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(500));
});

test("the paid intent still holds its order after a refund: a second payment is ORDER_PAID, and the whole refund does not open it", async () => {
  const { buyer, chargeId, orderId, key } = await paid();
  await refunds(buyer, refundOf(chargeId));
  const again = await buyer.pays({
    idempotencyKey: uuidv7(),
    orderId,
    paymentMethod: "pm_card_visa",
    expectedTotal: { amount: 1_998, currency: "EUR" },
  });
  expect(again.error?.idempotency).toMatchObject({ code: "ORDER_PAID", intentId: key });
});

test("a refund that outlived its record is refused and never made again (S16)", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const call = refundOf(chargeId, 500);
  await refunds(buyer, call);
  await stack.sql`update idempotency_keys set updated_at = updated_at - interval '73 hours' where key = ${call.idempotencyKey}`;
  await stack.sql`select idempotency_reap('refunds.create', 72, 100, '-infinity')`;
  expect(rowOf(await refunds(buyer, call))).toMatchObject({ http: 412, code: "KEY_EXPIRED" });
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(500));
});

test("Postgres itself refuses a refund beyond what was captured, whoever writes it", async () => {
  const { buyer, chargeId } = await paid();
  await refunds(buyer, refundOf(chargeId, 1_500));
  const app = stack.services.pool.sql;
  const write = app`insert into refunds (refund_id, charge_id, account, key, amount, currency, provider_reference)
    values (${uuidv7()}, ${chargeId}, ${buyer.account}, ${uuidv7()}, 499, 'EUR', ${uuidv7()})`;
  await expect(write).rejects.toMatchObject({
    code: "23514",
    constraint_name: "refunded_within_captured",
  });
});
