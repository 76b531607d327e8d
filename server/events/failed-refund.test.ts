import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { z } from "zod";
import type { PaymentProvider } from "../payments/provider.ts";
import { readMetrics } from "../telemetry/read-metrics.ts";
import { delivers, eventsOf } from "../test-kit/bank-events.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, gaveBack, refundBooksOf, refundOf, refunds } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();
const refundEvent = z.looseObject({
  data: z.looseObject({ object: z.looseObject({ id: z.string() }) }),
});

/** Stripe's word of a refund that was `pending` when it was made; the sandbox has none that fail. */
async function gaveUp(orderId: string, status: "failed" | "canceled") {
  const made = (await eventsOf(stack.sql, orderId)).find(({ type }) => type === "refund.created");
  const event = refundEvent.parse(JSON.parse(made?.body ?? ""));
  const object = { ...event.data.object, status, failure_reason: "lost_or_stolen_card" };
  const type = status === "failed" ? "refund.failed" : "refund.updated";
  const told = { ...event, id: `evt_${uuidv7().replaceAll("-", "")}`, type, data: { object } };
  return { reference: object.id, body: JSON.stringify(told) };
}

async function refunded() {
  const buyer = await Buyer.arrives(stack.services);
  const { orderId, chargeId } = await buysTea(buyer);
  expect((await refunds(buyer, refundOf(chargeId))).status).toBe(200);
  return { buyer, orderId };
}

const findingsOf = (reference: string) => stack.sql`
  select kind, order_id, amount::integer, resolved_at is null as open from reconciliation_findings where reference = ${reference}`;

test.each(["failed", "canceled"] as const)(
  "a refund that the bank took and that is %s later is shown to a person, and no book is changed by it",
  async (status) => {
    const { buyer, orderId } = await refunded();
    const { reference, body } = await gaveUp(orderId, status);
    expect(await delivers(stack.services, { body })).toMatchObject({
      status: 200,
      effect: "unmatched",
    });
    expect(await findingsOf(reference)).toMatchObject([
      { kind: "refund-without-return", order_id: orderId, amount: 1_998, open: true },
    ]);
    expect(await readMetrics(stack.services.db)).toMatch(/payonce_reconciliation_findings [1-9]/);
    expect(await refundBooksOf(stack.sql, orderId)).toEqual(gaveBack(1_998));

    // On /ledger: the bank's books do not have it any more.
    const { payments } = stack.services;
    const without: PaymentProvider = {
      ...payments,
      books: async (of) => ({ ...(await payments.books(of)), returns: [] }),
    };
    const to = { ...stack.services, payments: without, finalMs: -60_000 };
    const page = await buyer.query("audit.reconciliation", undefined, { to });
    expect(page.result).toMatchObject({
      findings: [{ kind: "refund-without-return", orderId, reference }],
      worker: { open: 1 },
    });
    const inbox = await buyer.query("audit.webhooks");
    expect(inbox.text).toContain(reference);
  },
);

test("the same word again opens nothing that a person has dealt with", async () => {
  const { orderId } = await refunded();
  const { reference, body } = await gaveUp(orderId, "failed");
  await delivers(stack.services, { body });
  await stack.sql`update reconciliation_findings set resolved_at = now() where reference = ${reference}`;
  expect(await delivers(stack.services, { body })).toMatchObject({ effect: "repeated" });
  expect(await findingsOf(reference)).toMatchObject([{ open: false }]);
});

test("a failed refund that is in no book of ours asks for nothing", async () => {
  const { orderId } = await refunded();
  const { reference, body } = await gaveUp(orderId, "failed");
  const foreign = { body: body.replaceAll(reference, `${reference}x`) };
  expect(await delivers(stack.services, foreign)).toMatchObject({ status: 200, effect: "none" });
  expect(await findingsOf(`${reference}x`)).toEqual([]);
});
