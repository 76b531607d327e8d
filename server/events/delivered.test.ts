import { expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { inboxOf } from "../test-kit/inbox.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ instances: 2, webhooks: true });

async function paysUnder(plan: string) {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const answer = await buyer
    .pays(payment, { headers: { "x-fault-plan": plan } })
    .catch(() => undefined);
  return { buyer, payment, answer };
}

/** What the bank sent for one order, the oldest first, and how often. */
async function sentFor(orderId: string) {
  return await stack.sql<{ type: string; ended: string | null; attempts: number }[]>`
    select e.type, d.ended, d.attempts from bank.deliveries d join bank.events e on e.id = d.event
     where e.body::jsonb -> 'data' -> 'object' -> 'metadata' ->> 'orderId' = ${orderId} order by d.ended_at, d.id`;
}

const settled = { timeout: 15_000, interval: 50 };

test.for([
  ["", 2],
  ["webhook-twice", 4],
  ["webhook-late=400", 2],
  ["webhook-reordered", 2],
  ["webhook-twice,webhook-reordered,webhook-late=300", 4],
] as const)(
  "events told with «%s»: %i arrive, each has its effect once, and the order is paid once",
  async ([plan, arrivals], { expect }) => {
    const { payment, answer } = await paysUnder(plan);
    expect(answer?.result).toMatchObject({ status: "paid" });
    await expect
      .poll(async () => (await sentFor(payment.orderId)).filter(({ ended }) => ended), settled)
      .toHaveLength(arrivals);
    expect(await inboxOf(stack.sql, payment.orderId)).toEqual([
      { type: "charge.succeeded", effect: "known" },
      { type: "payment_intent.succeeded", effect: "known" },
    ]);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  },
);

test("an event that is lost is recorded at the bank, arrives nowhere, and the order is paid all the same", async () => {
  const { payment } = await paysUnder("webhook-lost");
  expect(await sentFor(payment.orderId)).toMatchObject([{ ended: "lost" }, { ended: "lost" }]);
  expect(await inboxOf(stack.sql, payment.orderId)).toEqual([]);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("an answer that was lost for ever is settled by the webhook alone: no completer, no retry, no look-up", async () => {
  const { buyer, payment } = await paysUnder("provider-timeout");
  await expect
    .poll(() => inboxOf(stack.sql, payment.orderId), settled)
    .toEqual([
      { type: "charge.succeeded", effect: expect.stringMatching(/settled|known/) },
      { type: "payment_intent.succeeded", effect: expect.stringMatching(/settled|known/) },
    ]);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  const status = await buyer.query("checkout.status", {
    idempotencyKey: payment.idempotencyKey,
  });
  expect(status.result).toMatchObject({ state: "completed", result: { status: "paid" } });
});
