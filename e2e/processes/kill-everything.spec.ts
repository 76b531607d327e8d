import type { Pay } from "../fixtures/shop.ts";
import { type ProcessName, runningProcesses } from "../fixtures/stack.ts";
import { expect, test } from "../fixtures/test.ts";

const VICTIMS: ProcessName[] = ["web", "bank", "worker", "postgres"];
const HEALED_MS_MAX = 15_000;
const PAYMENTS = 50;
/** Some attempts are held where a death hurts most: with the claim taken, and with the money taken. */
const PLANS = [undefined, "stall-after-claim=600@1", "stall-after-provider=600@1"];

test("fifty payments while web, bank, worker and PostgreSQL each meet kill -9: fifty charges, all answered", async ({
  shop,
  bank,
  processes,
}, info) => {
  test.setTimeout(180_000);
  const orders = await Promise.all(Array.from({ length: PAYMENTS }, () => shop.order("tea")));
  const pays: Pay[] = orders.map(({ orderId, total }, index) => ({
    orderId,
    idempotencyKey: crypto.randomUUID(),
    amount: total,
    plan: PLANS[index % PLANS.length],
  }));
  const running: Promise<{ text: string; sends: number }>[] = [];
  // A PostgreSQL that the caller brought is not ours to kill.
  const victims = VICTIMS.filter((name) => name in runningProcesses());
  const share = Math.floor(PAYMENTS / victims.length);
  for (const [round, victim] of victims.entries()) {
    const last = round === victims.length - 1;
    const batch = pays.slice(round * share, last ? PAYMENTS : (round + 1) * share);
    running.push(...batch.map((pay) => shop.payUntilAnswered(pay, 40_000)));
    // The money of this round has begun to move, and most of its payments are not written down yet.
    const charged = async () => (await bank.chargesOf(batch.map(({ orderId }) => orderId))).length;
    await expect.poll(charged, { intervals: [20] }).toBeGreaterThan(0);
    const healedMs = await processes.healed(victim, processes.kill(victim), HEALED_MS_MAX);
    info.annotations.push({ type: "healed", description: `${victim} in ${healedMs} ms` });
    console.log(`kill -9 ${victim}: healed in ${healedMs} ms`);
  }
  const answers = await Promise.all(running);

  expect(answers).toHaveLength(PAYMENTS);
  expect(
    Math.max(...answers.map(({ sends }) => sends)),
    "somebody had to ask again",
  ).toBeGreaterThan(1);
  for (const [index, pay] of pays.entries()) {
    const { text, replayed } = await shop.pay({ ...pay, plan: undefined });
    expect([text, replayed]).toEqual([answers[index]?.text, "true"]);
  }
  const charges = await bank.chargesOf(orders.map(({ orderId }) => orderId));
  expect(charges).toHaveLength(PAYMENTS);
  expect(new Set(charges.map(({ orderId }) => orderId)).size).toBe(PAYMENTS);
  for (const { orderId } of orders) {
    const order = await shop.api.orders.get.query({ orderId });
    expect(order.intents.map(({ state }) => state)).toEqual(["completed"]);
    const ofBank = charges.find((charge) => charge.orderId === orderId);
    expect([order.charge?.providerReference, order.charge?.amount]).toEqual([
      ofBank?.chargeId,
      ofBank?.amount,
    ]);
    expect(order.ledger).toHaveLength(2);
  }
  for (const { orderId } of orders) {
    const receipt = async () => {
      const { status, effective } = await shop.api.receipts.get.query({ orderId });
      return { status, effective };
    };
    // The worker was killed too: a sender's lease of 16 s may have to end first.
    await expect.poll(receipt, { timeout: 60_000 }).toEqual({ status: "sent", effective: 1 });
  }
});
