import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { booksOf, paidOnce, traceOf } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

async function twoBuyers() {
  return { a: await Buyer.arrives(stack.services), b: await Buyer.arrives(stack.services) };
}

test("one key from two accounts is two intents: two charges, and nothing of the first in the second's answer", async () => {
  const { a, b } = await twoBuyers();
  const ofA = await a.saves();
  const ofB = { ...(await b.saves()), idempotencyKey: ofA.idempotencyKey };
  const paidA = await a.pays(ofA);
  const paidB = await b.pays(ofB);

  expect(paidB.headers.get("idempotent-replayed")).toBe("false");
  const { chargeId, providerReference } = Object(paidA.result);
  for (const secret of [a.account, ofA.orderId, chargeId, providerReference]) {
    expect(paidB.text).not.toContain(secret);
  }
  for (const { orderId } of [ofA, ofB])
    expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});

test("even the same order id and the same key are two purchases under two accounts", async () => {
  const { a, b } = await twoBuyers();
  const orderId = uuidv7();
  const ofA = await a.saves(undefined, orderId);
  const ofB = {
    ...(await b.saves([{ sku: "mug", quantity: 1 }], orderId)),
    idempotencyKey: ofA.idempotencyKey,
  };
  expect((await a.pays(ofA)).result).toMatchObject({ status: "paid", amount: 1_998 });
  expect((await b.pays(ofB)).result).toMatchObject({ status: "paid", amount: 2_400 });
  expect(await booksOf(stack.sql, orderId)).toMatchObject({
    captures: 2,
    captured: 4_398,
    charges: 2,
  });
});

test("a stalled payment of one account blocks nobody who sends its key under another", async () => {
  const { a, b } = await twoBuyers();
  const ofA = await a.saves();
  const ofB = { ...(await b.saves()), idempotencyKey: ofA.idempotencyKey };
  const stalled = a.pays(ofA, { headers: { "x-fault-plan": "stall-after-claim=700" } });
  await expect.poll(() => traceOf(stack.sql, ofA.idempotencyKey)).toEqual({ keys: 1, steps: 1 });
  // Another input under A's key: B must see neither 409 nor 422 because of A.
  const paid = await b.pays({ ...ofB, paymentMethod: "pm_card_mastercard" });
  expect(paid.result).toMatchObject({ status: "paid", orderId: ofB.orderId });
  expect((await stalled).status).toBe(200);
});

test("a key names, it does not allow: another account's key, order and story do not exist for me", async () => {
  const { a, b } = await twoBuyers();
  const payment = await a.saves();
  await a.pays(payment);
  const { idempotencyKey, orderId } = payment;

  expect((await b.query("checkout.status", { idempotencyKey })).result).toEqual({
    state: "never_seen",
  });
  expect((await b.query("orders.get", { orderId })).status).toBe(404);
  expect((await b.query("timeline.list", { idempotencyKey })).result).toEqual([]);
  expect((await b.query("audit.bankStatement", { orderId })).result).toEqual([]);
  expect((await b.pays(payment)).status).toBe(404);
  const stranger = await Buyer.arrives(stack.services);
  expect((await stranger.query("checkout.status", { idempotencyKey })).result).toEqual({
    state: "never_seen",
  });
  expect((await a.query("checkout.status", { idempotencyKey })).result).toMatchObject({
    state: "completed",
  });
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});

test("a fault plan that one account arms breaks nobody else", async () => {
  const { a, b } = await twoBuyers();
  expect((await a.mutate("faults.set", { plan: "lose-response" })).status).toBe(200);
  await expect(a.pays(await a.saves())).rejects.toThrow();
  expect((await b.pays(await b.saves())).status).toBe(200);
});

test("the same basket bought twice, as two orders, is two honest charges (omi#12921)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const orders = [await buyer.saves(), await buyer.saves()];
  const receipts = [];
  for (const payment of orders) receipts.push(Object((await buyer.pays(payment)).result).chargeId);
  expect(new Set(receipts).size).toBe(2);
  for (const { orderId } of orders) expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});
