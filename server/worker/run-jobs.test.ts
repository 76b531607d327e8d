import { EventEmitter } from "node:events";
import type { WorkerEvents } from "graphile-worker";
import { expect, test, vi } from "vitest";
import { checkReadiness } from "../health/check-readiness.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { receiptOf, until } from "../test-kit/mail.ts";
import { mailUnderTest } from "../test-kit/mail-under-test.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { workOnReceiptsUnderTest } from "../test-kit/work-on-receipts.ts";

// Processes are started and leases run out; a machine that others use takes its time.
vi.setConfig({ testTimeout: 120_000 });
const stack = stackUnderTest();
const mail = mailUnderTest(stack);

async function listeners(): Promise<number[]> {
  const rows = await stack.sql<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and query like 'LISTEN%'`;
  return rows.map(({ pid }) => pid);
}

const jobsCheck = async () =>
  (await checkReadiness(stack.services)).find(({ name }) => name === "jobs");

test("the listener's connection is killed and a payment made meanwhile: the receipt comes by polling, and it listens again within 5 s (graphile/worker#541)", async () => {
  const events: WorkerEvents = new EventEmitter();
  let listening = 0;
  events.on("pool:listen:success", () => (listening = Date.now()));
  const stop = workOnReceiptsUnderTest(stack, mail.mailer, events);
  try {
    await until("it listens", async () => (await listeners()).length === 1);
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    const [pid = 0] = await listeners();
    const killedAt = Date.now();
    await stack.sql`select pg_terminate_backend(${pid})`;
    expect((await buyer.pays(payment)).status).toBe(200);

    await until(
      "the receipt is sent",
      async () => (await receiptOf(buyer, payment.orderId)).status === "sent",
    );
    await until("it listens again", async () => {
      const [again] = await listeners();
      return again !== undefined && again !== pid;
    });
    expect(listening - killedAt).toBeLessThan(5_000);
    expect(listening).toBeGreaterThan(killedAt);
  } finally {
    await stop();
  }
});

test("readiness names the jobs runner while it is away, and no longer once it works", async () => {
  await stack.sql`delete from worker_heartbeats`;
  expect(await jobsCheck()).toEqual({
    name: "jobs",
    ok: false,
    advice: "The worker runs no jobs: read its log.",
  });
  const stop = workOnReceiptsUnderTest(stack, mail.mailer);
  try {
    await until("it is seen", async () => (await jobsCheck())?.ok === true);
  } finally {
    await stop();
  }
});

test("every connection of the runner is killed: it goes on by itself", async () => {
  const stop = workOnReceiptsUnderTest(stack, mail.mailer);
  try {
    await until("it listens", async () => (await listeners()).length === 1);
    for (let round = 0; round < 3; round += 1) {
      await stack.sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'payonce-jobs'`;
      const buyer = await Buyer.arrives(stack.services);
      const payment = await buyer.saves();
      expect((await buyer.pays(payment)).status).toBe(200);
      await until(
        "the receipt is sent",
        async () => (await receiptOf(buyer, payment.orderId)).status === "sent",
      );
    }
  } finally {
    await stop();
  }
});
