import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { z } from "zod";
import { rowOf } from "../test-kit/answer-row.ts";
import { noTrace, traceOf } from "../test-kit/books.ts";
import { type Answer, Buyer } from "../test-kit/buyer.ts";
import {
  buysTea,
  gaveBack,
  refundBooksOf,
  type RefundCall,
  refundOf,
  refunds,
} from "../test-kit/refunds.ts";
import { askUntilDefinite } from "../test-kit/retrying-client.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

// Production's limits: nothing here waits for one to end, and a busy machine must not bring one about.
const stack = stackUnderTest({
  instances: 2,
  leaves: "a refund that was made in the bank's own dashboard",
});

async function paid() {
  const buyer = await Buyer.arrives(stack.services);
  return { buyer, ...(await buysTea(buyer)) };
}
const amountOf = ({ result }: Answer) => z.object({ amount: z.number() }).parse(result).amount;
/** Sent through the two instances in turn, again and again until the answer is definite. */
async function definite(buyer: Buyer, call: RefundCall, at: number): Promise<Answer> {
  const through = at % 2 ? [...stack.instances].reverse() : stack.instances;
  const ask = (sending: object) => refunds(buyer, call, sending);
  return (await askUntilDefinite(ask, { through, patienceMs: 10_000 })).answer;
}

test("a refund of the whole without an amount makes the order refunded, and nothing is left", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const answer = await refunds(buyer, refundOf(chargeId));
  expect(answer.status, answer.text).toBe(200);
  expect(answer.result).toEqual({
    status: "refunded",
    refundId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    chargeId,
    amount: 1_998,
    currency: "EUR",
  });
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(1_998));
  const one = refundOf(chargeId, 1);
  expect(rowOf(await refunds(buyer, one))).toMatchObject({ http: 409, trpc: "CONFLICT", code: "" });
  expect(await traceOf(stack.sql, one.idempotencyKey)).toEqual(noTrace);
});

test("parts leave the order paid until the last of them; without an amount goes what is left", async () => {
  const { buyer, chargeId, orderId } = await paid();
  expect(amountOf(await refunds(buyer, refundOf(chargeId, 500)))).toBe(500);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(500));
  expect(amountOf(await refunds(buyer, refundOf(chargeId, 998)))).toBe(998);
  expect(amountOf(await refunds(buyer, refundOf(chargeId)))).toBe(500);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(500, 998, 500));
});

test("20 parts at once with 20 keys over two instances: as many as fit are made, the others are refused and use no key up", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const calls = Array.from({ length: 20 }, () => refundOf(chargeId, 300));
  const answers = await Promise.all(calls.map((call, at) => definite(buyer, call, at)));
  const made = answers.filter(({ status }) => status === 200);
  expect(made).toHaveLength(6);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(...Array(6).fill(300)));
  for (const [at, answer] of answers.entries()) {
    if (answer.status === 200) continue;
    expect(rowOf(answer)).toMatchObject({ http: 409, trpc: "CONFLICT", code: "" });
    expect(await traceOf(stack.sql, calls[at]?.idempotencyKey ?? "")).toEqual(noTrace);
  }
  expect(amountOf(await refunds(buyer, refundOf(chargeId)))).toBe(198);
});

test("20 refunds of the whole at once with 20 keys: the money goes back once", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const calls = Array.from({ length: 20 }, (_, at) =>
    refundOf(chargeId, at % 2 ? 1_998 : undefined),
  );
  const answers = await Promise.all(calls.map((call, at) => definite(buyer, call, at)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(1_998));
});

test("20 duplicates of one refund at once over two instances: made once, the same bytes for all", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const call = refundOf(chargeId, 700);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => definite(buyer, call, at)),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(amountOf(answers[0] as Answer)).toBe(700);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(700));
});

test("what is under way is reserved: a second refund sees only the rest, and gets the reserve once the first was released", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const first = refundOf(chargeId, 1_500);
  const lost = await refunds(buyer, first, { headers: { "x-fault-plan": "provider-error@1" } });
  expect(lost.error?.idempotency?.code).toBe("OUTCOME_UNKNOWN");
  const second = refundOf(chargeId, 1_500);
  const refused = await refunds(buyer, second);
  expect(rowOf(refused)).toMatchObject({ http: 409, code: "" });
  expect(refused.message).toContain("1500 is under way");
  expect(amountOf(await refunds(buyer, refundOf(chargeId)))).toBe(498);
  expect(amountOf(await refunds(buyer, first))).toBe(1_500);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(498, 1_500));
});

test("a released refund reserves nothing: another takes the room, and the released key is refused until there is room", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const released = refundOf(chargeId, 1_500);
  const headers = { "x-fault-plan": "provider-unreachable@1" };
  const failed = await refunds(buyer, released, { headers });
  expect(failed.error?.idempotency?.code).toBe("RELEASED");
  expect(amountOf(await refunds(buyer, refundOf(chargeId, 1_000)))).toBe(1_000);

  const again = await refunds(buyer, released);
  expect(rowOf(again)).toMatchObject({ http: 409, trpc: "CONFLICT", code: "" });
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(1_000));
  expect(again.message).toContain("998 is left of this charge, not 1500");
});

const unreachable = { headers: { "x-fault-plan": "provider-unreachable@1" } };

test("a released refund of all that was left is given up once another has taken a part for good: a new key refunds what is left", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const all = refundOf(chargeId);
  const failed = await refunds(buyer, all, unreachable);
  expect(failed.error?.idempotency?.code).toBe("RELEASED");
  const part = refundOf(chargeId, 1_000);
  const lost = await refunds(buyer, part, { headers: { "x-fault-plan": "provider-error@1" } });
  expect(lost.error?.idempotency?.code).toBe("OUTCOME_UNKNOWN");
  // The part may still come back, and then there is room again.
  expect(rowOf(await refunds(buyer, all))).toMatchObject({ code: "IN_PROGRESS" });
  expect(amountOf(await refunds(buyer, part))).toBe(1_000);

  for (let times = 0; times < 2; times += 1)
    expect(rowOf(await refunds(buyer, all))).toMatchObject({ http: 412, code: "VOIDED" });
  expect(amountOf(await refunds(buyer, refundOf(chargeId)))).toBe(998);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(998, 1_000));
});

test("a released refund of all that was left is told so where another has taken it all", async () => {
  const { buyer, chargeId } = await paid();
  const all = refundOf(chargeId);
  await refunds(buyer, all, unreachable);
  expect(amountOf(await refunds(buyer, refundOf(chargeId)))).toBe(1_998);
  const again = await refunds(buyer, all);
  expect(rowOf(again)).toMatchObject({ http: 409, trpc: "CONFLICT", code: "" });
  expect(again.message).toContain("Nothing is left of this charge");
});

test("released keys and new ones at once for the same room: never more than was captured", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const headers = { "x-fault-plan": "provider-unreachable@1" };
  const calls = Array.from({ length: 10 }, () => refundOf(chargeId, 700));
  // One after the other: each finds the room that the former gave back.
  for (const call of calls.slice(0, 5)) {
    const answer = await refunds(buyer, call, { headers });
    expect(answer.error?.idempotency?.code, answer.text).toBe("RELEASED");
  }
  const answers = await Promise.all(calls.map((call, at) => definite(buyer, call, at)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(700, 700));
});

test("a refund that the bank refuses, for it was given back elsewhere, is an answer: stored, the same every time, nothing booked", async () => {
  const { buyer, chargeId, orderId } = await paid();
  const [charge] = await stack.sql<{ reference: string }[]>`
    select provider_reference as reference from charges where charge_id = ${chargeId}`;
  const elsewhere = { account: buyer.account, orderId, chargeId, currency: "EUR", amount: 1_000 };
  await stack.services.payments.refund(
    { ...elsewhere, chargeReference: charge?.reference ?? "" },
    `dashboard-${uuidv7()}`,
  );

  const call = refundOf(chargeId, 1_998);
  const refused = await refunds(buyer, call);
  expect(refused.status, refused.text).toBe(200);
  expect(refused.result).toEqual({ status: "refused", chargeId, reason: "amount_too_large" });
  const again = await refunds(buyer, call);
  expect(again.text).toBe(refused.text);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await refundBooksOf(stack.sql, orderId)).toMatchObject({ returns: 1, refunds: 0 });
  // It reserves nothing any more.
  expect(amountOf(await refunds(buyer, refundOf(chargeId, 998)))).toBe(998);
});
