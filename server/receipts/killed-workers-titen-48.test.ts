import { afterEach, expect, test, vi } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { receiptOf, until } from "../test-kit/mail.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { type KillAt, startReceiptWorker, type WorkerProcess } from "../test-kit/worker-process.ts";

// Processes are started and leases run out; a machine that others use takes its time.
vi.setConfig({ testTimeout: 120_000 });
const stack = stackUnderTest();
const workers: WorkerProcess[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

/** A lease that no loaded machine outlives. */
const PATIENT = { TIMINGS: "production" };

async function worker(killAt?: KillAt, environment?: Record<string, string>) {
  const started = await startReceiptWorker(stack.database.appUrl, killAt, environment);
  workers.push(started);
  return started;
}

async function paid() {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  expect((await buyer.pays(payment)).status).toBe(200);
  return { buyer, orderId: payment.orderId };
}

async function sent(buyer: Buyer, orderId: string) {
  await until(
    "the receipt is sent",
    async () => (await receiptOf(buyer, orderId)).status === "sent",
  );
  return await receiptOf(buyer, orderId);
}

async function allHold(buyer: Buyer) {
  const { result } = await buyer.query("audit.invariants");
  for (const { id, holds, witness } of Object(result)) {
    expect(holds, `${id} ${JSON.stringify(witness)}`).toBe(true);
  }
}

test("a paid order gets its receipt by real mail, once", async () => {
  await worker();
  const { buyer, orderId } = await paid();
  expect(await sent(buyer, orderId)).toEqual({ status: "sent", deliveries: 1, effective: 1 });
  await allHold(buyer);
});

test("a worker that is killed between the send and the mark: delivered twice, in effect once", async () => {
  const { buyer, orderId } = await paid();
  const first = await worker("after-send");
  expect(await first.died).toBe("SIGKILL");
  expect(await receiptOf(buyer, orderId)).toEqual({
    status: "queued",
    deliveries: 1,
    effective: 1,
  });

  await worker();
  expect(await sent(buyer, orderId)).toEqual({ status: "sent", deliveries: 2, effective: 1 });
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
  await allHold(buyer);
});

test("a worker that is killed before the send: delivered by the next one, without waiting for the queue's 4 h", async () => {
  const { buyer, orderId } = await paid();
  expect(await (await worker("before-send")).died).toBe("SIGKILL");
  expect((await receiptOf(buyer, orderId)).deliveries).toBe(0);
  await worker();
  expect(await sent(buyer, orderId)).toEqual({ status: "sent", deliveries: 1, effective: 1 });
});

test("two workers at once over twenty paid orders: twenty mails, none of them twice", async () => {
  const orders = [];
  for (let order = 0; order < 20; order += 1) orders.push(await paid());
  await Promise.all([worker("never", PATIENT), worker("never", PATIENT)]);
  for (const { buyer, orderId } of orders) {
    expect(await sent(buyer, orderId)).toEqual({ status: "sent", deliveries: 1, effective: 1 });
  }
});
