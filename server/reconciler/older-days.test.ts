import { beforeEach, expect, test } from "vitest";
import type { PaymentProvider } from "../payments/provider.ts";
import { readMetrics } from "../telemetry/read-metrics.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, refundOf, refunds } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { reconcile } from "./reconcile.ts";

const stack = stackUnderTest({ leaves: "its books are of other days than they say" });
const olderThanMs = 15_000;

beforeEach(async () => {
  await stack.sql`update reconciliation_findings set resolved_at = now() where resolved_at is null`;
});

/** As the owner with every trigger taken away: nothing else gets so far. */
async function damages(statements: string) {
  await stack.sql.begin(async (tx) => {
    await tx.unsafe("set local session_replication_role = replica");
    await tx.unsafe(statements);
  });
}

/** A payment of so many hours ago, in the bank's books and in ours. */
async function paid(hoursAgo: number) {
  const buyer = await Buyer.arrives(stack.services);
  const { orderId, chargeId } = await buysTea(buyer);
  await damages(`update charges set paid_at = paid_at - interval '${hoursAgo} hours' where charge_id = '${chargeId}';
    update bank.charges set created = created - ${hoursAgo} * 3600 where metadata like '%${orderId}%'`);
  return { buyer, orderId, chargeId };
}

const DAYS_4_H = 100;
const DAY_MS = 24 * 3_600_000;

/** The rounds of a worker, from its first one on. */
async function rounds(to: number, { from = 0, services = stack.services } = {}) {
  const findings = [];
  for (let round = from; round < to; round += 1)
    findings.push(...(await reconcile(services, { olderThanMs, round })));
  return findings;
}

async function alarms(): Promise<number> {
  const metrics = await readMetrics(stack.services.db);
  return Number(/^payonce_reconciliation_findings (\d+)$/m.exec(metrics)?.[1]);
}

test("what is found days later is an alarm until a person has mended it, and the round after that says that it is over", async () => {
  const { orderId } = await paid(DAYS_4_H);
  await damages(`create table kept as select * from charges where order_id = '${orderId}';
    delete from charges where order_id = '${orderId}'`);
  const found = await rounds(5);
  expect(found).toMatchObject(found.map(() => ({ kind: "captured-without-claim", orderId })));
  // In the turn of its day, and from then on in each round.
  expect(found).toHaveLength(2);
  expect(await alarms()).toBe(1);

  await damages("insert into charges select * from kept");
  expect(await rounds(6, { from: 5 })).toEqual([]);
  expect(await alarms()).toBe(0);
});

test("a refund that a person booked days after the bank had made it is no alarm: the bank is asked for it by its id", async () => {
  const { buyer, chargeId } = await paid(DAYS_4_H);
  expect((await refunds(buyer, refundOf(chargeId, 500))).status).toBe(200);
  await damages(`update bank.refunds set created = created - 90 * 3600`);
  await damages(`update refunds set at = at - interval '1 hour' where charge_id = '${chargeId}'`);
  expect(await rounds(5)).toEqual([]);
});

test("a refund that failed days after it was booked, without a word of the bank, is found in the turn of its day", async () => {
  const { buyer, orderId, chargeId } = await paid(DAYS_4_H);
  expect((await refunds(buyer, refundOf(chargeId, 500))).status).toBe(200);
  await damages(
    `update refunds set at = at - interval '${DAYS_4_H} hours' where charge_id = '${chargeId}'`,
  );
  const { payments } = stack.services;
  const sinceFailed: PaymentProvider = {
    ...payments,
    books: async (of) => ({ ...(await payments.books(of)), returns: [] }),
    findLine: async (of, id) => (of === "refund" ? undefined : await payments.findLine(of, id)),
  };
  const found = await rounds(5, { services: { ...stack.services, payments: sinceFailed } });
  const ofIt = found.filter((finding) => finding.orderId === orderId);
  expect(ofIt[0]).toMatchObject({ kind: "refund-without-return", amount: 500 });
});

test("the days before are gone through one a round, without a gap, and again from the start after 400 of them", async () => {
  const asked: { from?: string | undefined; before?: string | undefined }[] = [];
  const empty: PaymentProvider = {
    ...stack.services.payments,
    books: async (of) => {
      if (!("account" in of)) asked.push(of);
      return { captures: [], returns: [] };
    },
  };
  const services = { ...stack.services, payments: empty };
  await rounds(10, { services });
  await rounds(402, { from: 399, services });
  const lastHours = asked.filter((_of, at) => at % 2 === 0);
  const days = asked.filter((_of, at) => at % 2 === 1);
  expect(lastHours.map(({ before }) => before)).toEqual(lastHours.map(() => undefined));
  const daysBack = days.map(({ from = "", before = "" }, at) => {
    expect(Date.parse(before) - Date.parse(from), "nothing else is as large as a day").toBe(DAY_MS);
    return (Date.parse(lastHours[at]?.from ?? "") - Date.parse(before)) / DAY_MS;
  });
  expect(daysBack).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 399, 0, 1]);
}, 60_000);
