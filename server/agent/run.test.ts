import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { booksOf, paidOnce, untouched } from "../test-kit/books.ts";
import { deedsOf, eachOnce } from "../test-kit/deeds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ suppliers: true });
const GOAL = "Buy two teas and a mug, express, for at most 60 euros";

const runs = (buyer: Buyer, idempotencyKey: string, goal = GOAL, plan?: string) =>
  buyer.mutate(
    "agent.run",
    { idempotencyKey, goal },
    { ...(plan !== undefined && { headers: { "x-fault-plan": plan } }) },
  );

test("a goal becomes a plan, a reservation, a charge, a mail and a courier: each once, and asked again it is the same bytes", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const key = uuidv7();
  const first = await runs(buyer, key);
  expect(first.status, first.text).toBe(200);
  const { status, orderId, steps } = Object(first.result);
  expect(status).toBe("completed");
  expect(steps.map(({ name }: { name: string }) => name)).toEqual([
    "plan",
    "reserve",
    "charge",
    "mail",
    "courier",
  ]);
  expect(steps[0].result).toMatchObject({
    decision: "buy",
    delivery: "express",
    total: 4_398,
    items: [
      { sku: "tea", quantity: 2 },
      { sku: "mug", quantity: 1 },
    ],
  });
  const again = await runs(buyer, key);
  expect(again.text).toBe(first.text);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await deedsOf(stack.sql, orderId)).toEqual(eachOnce);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce(4_398));
  const order = Object((await buyer.query("orders.get", { orderId })).result);
  expect(order).toMatchObject({ status: "paid", total: { amount: 4_398 } });
  for (const { id, holds } of Object((await buyer.query("audit.invariants")).result))
    expect(holds, id).toBe(true);
});

test("ten of the same run at once are one run", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const key = uuidv7();
  const until200 = async () => {
    for (;;) {
      const answer = await runs(buyer, key);
      if (answer.status === 200) return answer;
      expect(answer.error?.idempotency?.sameKey, answer.text).toBe(true);
    }
  };
  const answers = await Promise.all(Array.from({ length: 10 }, until200));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await deedsOf(stack.sql, Object(answers[0]?.result).orderId)).toEqual(eachOnce);
});

test("the same key with another goal is KEY_REUSED, and nothing runs", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const key = uuidv7();
  const { orderId } = Object((await runs(buyer, key)).result);
  const other = await runs(buyer, key, "Buy a kettle");
  expect([other.status, other.error?.idempotency?.code]).toEqual([422, "KEY_REUSED"]);
  expect(await deedsOf(stack.sql, orderId)).toEqual(eachOnce);
});

test.each([
  ["Buy peace and quiet", /items/],
  ["Buy 99 kettles under 100 euros", /allows €100\.00/],
  ["Buy 100 teas", /items/],
])("%s is refused by its plan, before anybody was asked for anything", async (goal, reason) => {
  const buyer = await Buyer.arrives(stack.services);
  const {
    status,
    orderId,
    reason: told,
    steps,
  } = Object((await runs(buyer, uuidv7(), goal)).result);
  expect(status).toBe("refused");
  expect(told).toMatch(reason);
  expect(steps).toHaveLength(1);
  expect(await deedsOf(stack.sql, orderId)).toEqual({
    reserved: 0,
    released: 0,
    charges: 0,
    mails: 0,
    bookings: 0,
  });
  expect(await booksOf(stack.sql, orderId)).toEqual(untouched);
});

test("a declined card: the reservation is put back, nothing is sent, and the order may be paid by another intent", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const goal = "Buy a tea with pm_card_chargeDeclined";
  const { status, orderId } = Object((await runs(buyer, uuidv7(), goal)).result);
  expect(status).toBe("declined");
  expect(await deedsOf(stack.sql, orderId)).toEqual({
    reserved: 1,
    released: 1,
    charges: 0,
    mails: 0,
    bookings: 0,
  });
  const paid = await buyer.pays({
    idempotencyKey: uuidv7(),
    orderId,
    paymentMethod: "pm_card_visa",
    expectedTotal: 999,
  });
  expect(paid.status, paid.text).toBe(200);
});

test("an empty warehouse is a refusal too, and nobody is charged", async () => {
  const buyer = await Buyer.arrives(stack.services);
  await stack.sql`insert into suppliers.shelves values (${buyer.account}, 'mug', 1)`;
  const { status, reason, orderId } = Object((await runs(buyer, uuidv7(), "Buy two mugs")).result);
  expect([status, reason]).toEqual(["refused", expect.stringContaining("mug")]);
  expect((await booksOf(stack.sql, orderId)).captures).toBe(0);
});

test("while a run holds its order nobody can pay it beside the run, and after it is paid nobody can pay it again", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const key = uuidv7();
  const plan = "crash-after-commit@1";
  await runs(buyer, key, GOAL, plan).catch(() => undefined);
  const { orderId } = Object((await buyer.query("agent.get", { idempotencyKey: key })).result);
  const beside = { orderId, paymentMethod: "pm_card_visa", expectedTotal: 4_398 };
  const busy = await buyer.pays({ ...beside, idempotencyKey: uuidv7() });
  expect(busy.error?.idempotency).toMatchObject({ code: "ORDER_BUSY", intentId: key });
  await expect.poll(async () => (await runs(buyer, key)).status, { timeout: 10_000 }).toBe(200);
  const paid = await buyer.pays({ ...beside, idempotencyKey: uuidv7() });
  expect(paid.error?.idempotency).toMatchObject({ code: "ORDER_PAID", intentId: key });
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce(4_398));
});
