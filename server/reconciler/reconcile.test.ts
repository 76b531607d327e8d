import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { z } from "zod";
import type { PaymentProvider } from "../payments/provider.ts";
import { readMetrics } from "../telemetry/read-metrics.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { buysTea, refundOf, refunds } from "../test-kit/refunds.ts";
import { payUntilDefinite } from "../test-kit/retrying-client.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { reconcile } from "./reconcile.ts";

const stack = stackUnderTest({
  leaves: "each test but the first breaks one side of the books",
});

const told = z.object({
  checked: z.record(z.string(), z.number()),
  findings: z.array(z.looseObject({ kind: z.string(), reference: z.string() })),
  worker: z.object({ open: z.number(), secondsAgo: z.number().nullable() }),
});

/** What the reconciler says of this account now, whatever the age: the page's own query, and the worker's round before it. */
async function findingsOf(buyer: Buyer) {
  await reconcile(stack.services, { olderThanMs: -60_000, round: 0 });
  const now = { ...stack.services, finalMs: -60_000 };
  const answer = await buyer.query("audit.reconciliation", undefined, { to: now });
  const { findings, worker, checked } = told.parse(answer.result);
  expect(worker.open, "what the worker wrote down is what the page finds").toBe(findings.length);
  return { kinds: findings.map(({ kind }) => kind), findings, checked };
}

async function paid() {
  const buyer = await Buyer.arrives(stack.services);
  return { buyer, ...(await buysTea(buyer)) };
}

/** As the owner with every trigger taken away: nothing else gets so far. */
async function damages(statement: string) {
  await stack.sql.begin(async (tx) => {
    await tx.unsafe("set local session_replication_role = replica");
    await tx.unsafe(statement);
  });
}

test("after payments, refunds, declines, faults and retries both sides say the same, and lines were really looked at", async () => {
  const stop = startCompleter(stack.services);
  const { buyer, chargeId } = await paid();
  await buyer.pays({ ...(await buyer.saves()), paymentMethod: "pm_card_chargeDeclined" });
  await payUntilDefinite(buyer, await buyer.saves(), { plan: "provider-error-after-charge@1" });
  await refunds(buyer, refundOf(chargeId, 500));
  const lost = refundOf(chargeId, 300);
  await refunds(buyer, lost, { headers: { "x-fault-plan": "crash-after-provider@1" } }).catch(
    () => undefined,
  );
  await expect
    .poll(async () => (await refunds(buyer, lost)).status, { timeout: 20_000, interval: 200 })
    .toBe(200);
  await stop();
  expect(await findingsOf(buyer)).toEqual({
    kinds: [],
    findings: [],
    checked: { captures: 2, claims: 2, returns: 2, refunds: 2 },
  });
});

test("captured without a claim: money that the bank took and our books do not know", async () => {
  const { buyer, orderId, key } = await paid();
  await damages(`delete from charges where order_id = '${orderId}'`);
  const { findings } = await findingsOf(buyer);
  expect(findings).toMatchObject([
    {
      kind: "captured-without-claim",
      orderId,
      amount: 1_998,
      idempotencyKey: key,
      state: "completed",
    },
  ]);
});

test("a claim without a capture: a receipt for money that the bank never took", async () => {
  const { buyer, orderId, key } = await paid();
  await damages(
    `update charges set provider_reference = 'ch_nobody_has_this' where order_id = '${orderId}'`,
  );
  const { findings } = await findingsOf(buyer);
  expect(findings).toMatchObject([
    { kind: "captured-without-claim", orderId },
    {
      kind: "claim-without-capture",
      orderId,
      reference: "ch_nobody_has_this",
      idempotencyKey: key,
    },
  ]);
});

test("an amount that differs by a cent is missing on both sides", async () => {
  const { buyer, orderId } = await paid();
  await damages(`update charges set amount = amount - 1 where order_id = '${orderId}'`);
  const { kinds } = await findingsOf(buyer);
  expect(kinds.sort()).toEqual(["captured-without-claim", "claim-without-capture"]);
});

test("a refund in the bank's own dashboard is found, and told to whom it belongs, although it carries no label", async () => {
  const { buyer, orderId, chargeId } = await paid();
  const [charge] = await stack.sql<{ reference: string }[]>`
    select provider_reference as reference from charges where charge_id = ${chargeId}`;
  const dashboard = new URLSearchParams({ charge: charge?.reference ?? "", amount: "700" });
  const made = await fetch(`${stack.bank.url}/v1/refunds`, {
    method: "POST",
    headers: {
      authorization: "Bearer sk_test_payonce",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: dashboard,
  });
  expect(made.status).toBe(200);
  const { findings } = await findingsOf(buyer);
  expect(findings).toMatchObject([
    { kind: "returned-without-refund", orderId, amount: 700, idempotencyKey: null },
  ]);
});

test("a refund in our books that the bank never made is found", async () => {
  const { buyer, orderId, chargeId } = await paid();
  await stack.services.pool
    .sql`insert into refunds (refund_id, charge_id, account, key, amount, currency, provider_reference)
    values (${uuidv7()}, ${chargeId}, ${buyer.account}, ${uuidv7()}, 5, 'EUR', 're_nobody_has_this')`;
  const { findings } = await findingsOf(buyer);
  expect(findings).toMatchObject([{ kind: "refund-without-return", orderId, amount: 5 }]);
});

test("what is younger than the bound may still be under way and is no alarm; once older it is one, and once booked it is resolved", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const plan = { "x-fault-plan": "provider-timeout@1" };
  expect((await buyer.pays(payment, { headers: plan })).error?.idempotency?.code).toBe(
    "OUTCOME_UNKNOWN",
  );
  const young = await buyer.query("audit.reconciliation");
  expect(told.parse(young.result)).toMatchObject({ findings: [] });

  const { findings } = await findingsOf(buyer);
  expect(findings).toMatchObject([
    {
      kind: "captured-without-claim",
      orderId: payment.orderId,
      idempotencyKey: payment.idempotencyKey,
      state: "unknown",
    },
  ]);
  expect(await readMetrics(stack.services.db)).toMatch(/payonce_reconciliation_findings [1-9]/);
  expect(await readMetrics(stack.services.db)).toMatch(/payonce_reconciliation_age_seconds \d/);
  await payUntilDefinite(buyer, payment, { patienceMs: 10_000 });
  expect((await findingsOf(buyer)).kinds).toEqual([]);
  const [row] = await stack.sql`
    select resolved_at is not null as over from reconciliation_findings where account = ${buyer.account}`;
  expect(row).toMatchObject({ over: true });
});

test("what is paid and given back while the bank's books are read is no alarm, however long that takes", async () => {
  const { buyer, chargeId } = await paid();
  const { payments } = stack.services;
  const slow: PaymentProvider = {
    ...payments,
    async books(of) {
      const books = await payments.books(of);
      await buysTea(buyer);
      await refunds(buyer, refundOf(chargeId, 500));
      // The bank's times are whole seconds, so that this makes them older than the bound of one.
      await stack.sql`select pg_sleep(1.1)`;
      return books;
    },
  };
  const services = { ...stack.services, payments: slow };
  const findings = await reconcile(services, { olderThanMs: 1_000, round: 0 });
  expect(findings.filter(({ account }) => account === buyer.account)).toEqual([]);
});

test("one account's finding is nobody else's (S12)", async () => {
  const { buyer, orderId } = await paid();
  const other = await paid();
  await damages(`delete from charges where order_id = '${orderId}'`);
  expect((await findingsOf(buyer)).kinds).toEqual(["captured-without-claim"]);
  expect((await findingsOf(other.buyer)).kinds).toEqual([]);
});
