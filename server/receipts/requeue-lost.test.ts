import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { jobsOf } from "../test-kit/mail.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { clearDeadJobs } from "../worker/clear-dead-jobs.ts";
import { requeueLost } from "./requeue-lost.ts";

const stack = stackUnderTest();
const db = () => stack.services.pool.db;

async function paid(): Promise<string> {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  expect((await buyer.pays(payment)).status).toBe(200);
  return payment.orderId;
}

const change = (statement: string, orderId: string) =>
  stack.sql.unsafe(`${statement} where payload ->> 'orderId' = '${orderId}'`);
const LEASE_MS = 3_000;
const JOBS = "graphile_worker._private_jobs";

test("a receipt with a job that can run is left alone, also when that job waits for its time", async () => {
  const orderId = await paid();
  await change(`update ${JOBS} set run_at = now() + interval '1 hour'`, orderId);
  expect(await requeueLost(db(), LEASE_MS)).toBe(0);
  expect(await jobsOf(stack.sql, orderId)).toBe(1);
  await change(`delete from ${JOBS}`, orderId);
  expect(await requeueLost(db(), LEASE_MS)).toBe(1);
});

test("a job that used up its tries is not the end of a receipt: there is another one, and the dead one is cleared", async () => {
  const orderId = await paid();
  await change(`update ${JOBS} set attempts = max_attempts`, orderId);
  expect(await requeueLost(db(), LEASE_MS)).toBe(1);
  expect(await requeueLost(db(), LEASE_MS)).toBe(0);
  expect(await jobsOf(stack.sql, orderId)).toBe(2);
  expect(await clearDeadJobs(db())).toBe(1);
  expect(await jobsOf(stack.sql, orderId)).toBe(1);
});

test("a job that died locked is followed by another after a lease, and is cleared when the queue's 4 h are over", async () => {
  const orderId = await paid();
  await change(`update ${JOBS} set locked_at = now(), locked_by = 'a busy worker'`, orderId);
  expect(await requeueLost(db(), 60_000)).toBe(0);
  await change(
    `update ${JOBS} set locked_at = now() - interval '4 seconds', locked_by = 'a dead worker'`,
    orderId,
  );
  expect(await requeueLost(db(), LEASE_MS)).toBe(1);
  expect(await requeueLost(db(), LEASE_MS)).toBe(0);
  expect(await jobsOf(stack.sql, orderId)).toBe(2);
  expect(await clearDeadJobs(db())).toBe(0);
  await change(
    `update ${JOBS} set locked_at = locked_at - interval '5 hours'`,
    `${orderId}' and locked_at is not null and '' = '`,
  );
  expect(await clearDeadJobs(db())).toBe(1);
  expect(await jobsOf(stack.sql, orderId)).toBe(1);
});

test("what nobody may send is not enqueued: sent, waiting for a person, or in a sender's hands", async () => {
  const [sent, review, claimed] = [await paid(), await paid(), await paid()];
  for (const orderId of [sent, review, claimed]) await change(`delete from ${JOBS}`, orderId);
  await stack.sql`update receipts set sent_at = now(), via = 'smtp' where order_id = ${sent}`;
  await stack.sql`update receipts set review = 'as the test wants it' where order_id = ${review}`;
  await stack.sql`update receipts set due_at = now() + interval '1 minute' where order_id = ${claimed}`;
  expect(await requeueLost(db(), LEASE_MS)).toBe(0);
});
