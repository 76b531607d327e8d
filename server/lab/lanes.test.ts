import { expect, test } from "vitest";
import { v7 as uuidv7 } from "uuid";
import { booksOf, paidOnce, untouched } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { LaneAudit } from "./audit/audit-order.ts";

const stack = stackUnderTest({ instances: 2 });

async function audited(buyer: Buyer, orderId: string): Promise<Record<string, LaneAudit>> {
  const { result } = await buyer.query("lab.audit", { orderId });
  return Object.fromEntries((result as LaneAudit[]).map((audit) => [audit.lane, audit]));
}

test("the naive lane charges a resent request twice, on the lane's own account at the bank, and the shop's books know nothing of it", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { idempotencyKey: runKey, ...wanted } = await buyer.saves();
  const pay = { lane: "naive", runKey, ...wanted };
  const headers = { "x-fault-plan": "lose-response@1", "x-client-attempt": "1;by=you;tab=abcd" };

  await expect(buyer.mutate("lab.pay", pay, { headers })).rejects.toThrow("dropped");
  const second = await buyer.mutate("lab.pay", pay, { headers });

  expect(second.result).toMatchObject({ status: "paid", amount: 1_998, currency: "EUR" });
  expect(await booksOf(stack.sql, wanted.orderId)).toEqual({
    ...untouched,
    captures: 2,
    captured: 3_996,
  });
  const { naive } = await audited(buyer, wanted.orderId);
  expect(naive).toMatchObject({
    charges: 2,
    captured: { amount: 3_996, currency: "EUR" },
    requests: 2,
    executions: 2,
    replays: 0,
  });
  expect(naive?.invariants.filter(({ holds }) => !holds).map(({ id }) => id)).toEqual(["S1"]);
  expect(naive?.rows.find(({ table }) => table === "lab_payments")?.rows.length).toBe(2);
  const { result: events } = await buyer.query("timeline.list", { orderId: wanted.orderId });
  expect(events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ lane: "naive", arrival: 2, sentBy: "browser", point: "arrived" }),
    ]),
  );
});

test("the shop's own payment of the same order meets the same decisions and is charged once", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const { idempotencyKey: runKey, ...wanted } = payment;
  const headers = { "x-fault-plan": "lose-response@%50#7,deliver-twice@%30#7" };
  const decided = async (lane: string) => {
    const { result } = await buyer.query("timeline.list", { orderId: wanted.orderId });
    return (result as { lane: string; point: string; text: string; arrival: number }[])
      .filter((event) => event.lane === lane && event.point === "fault")
      .map(({ arrival, text }) => `${arrival} ${text}`)
      .sort();
  };
  for (let send = 1; send <= 4; send += 1) {
    const inLane = { lane: "naive", runKey, ...wanted };
    await buyer.mutate("lab.pay", inLane, { headers }).catch(() => undefined);
  }
  for (let send = 1; send <= 4; send += 1)
    await buyer.pays(payment, { headers }).catch(() => undefined);

  expect(await decided("naive")).not.toEqual([]);
  expect(await decided("idempotent")).toEqual(await decided("naive"));
  const { idempotent, naive } = await audited(buyer, wanted.orderId);
  expect(idempotent).toMatchObject({ charges: 1, captured: { amount: 1_998, currency: "EUR" } });
  expect(idempotent?.invariants.every(({ holds }) => holds)).toBe(true);
  expect(naive?.charges).toBe(naive?.executions);
  const books = await booksOf(stack.sql, wanted.orderId);
  expect(books).toMatchObject({
    ...paidOnce(),
    captures: 1 + (naive?.charges ?? 0),
    captured: expect.anything(),
  });
});

test("a lane pays only an order of its own account, and says so without a charge", async () => {
  const [buyer, stranger] = [
    await Buyer.arrives(stack.services),
    await Buyer.arrives(stack.services),
  ];
  const { idempotencyKey: runKey, ...wanted } = await buyer.saves();
  const answer = await stranger.mutate("lab.pay", { lane: "naive", runKey, ...wanted });
  expect(answer.status).toBe(404);
  const nothing = await stranger.mutate("lab.pay", {
    lane: "naive",
    runKey: uuidv7(),
    ...wanted,
    lane2: 1,
  });
  expect(nothing.status).toBe(400);
  expect(await booksOf(stack.sql, wanted.orderId)).toEqual(untouched);
});
