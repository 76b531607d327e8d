import { expect, test } from "vitest";
import { delivers, eventsOf, paidUnheard, type ToldEvent } from "../test-kit/bank-events.ts";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { inboxOf } from "../test-kit/inbox.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

// No completer and no webhook of the bank's own: what is delivered here is all that anybody learns.
// Production's limits: how many find the database in time must not depend on how busy the machine is.
const stack = stackUnderTest({ instances: 2 });

function atOnce(event: ToldEvent, times: number) {
  return Promise.all(
    Array.from({ length: times }, async (_, at) => {
      const services = stack.instances[at % stack.instances.length];
      return services && (await delivers(services, event));
    }),
  );
}

async function receiptsOf(orderId: string): Promise<number> {
  const [row] =
    await stack.sql`select count(*)::integer as n from receipts where order_id = ${orderId}`;
  return Number(row?.["n"]);
}

test.each([
  ["HOOK-1", 3],
  ["threat 11", 5],
])(
  "%s: one event %i times at once over two instances: as many 2xx, one row, one effect, one receipt",
  async (_case, times) => {
    const { payment, charged } = await paidUnheard(stack);
    const answers = await atOnce(charged, times);
    expect(answers.map((answer) => answer?.status)).toEqual(Array(times).fill(200));
    expect(answers.filter((answer) => answer?.effect === "settled")).toHaveLength(1);
    expect(await inboxOf(stack.sql, payment.orderId)).toEqual([
      { type: "charge.succeeded", effect: "settled" },
    ]);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
    expect(await receiptsOf(payment.orderId)).toBe(1);

    const again = await atOnce(charged, times);
    expect(again.map((answer) => answer?.effect)).toEqual(Array(times).fill("repeated"));
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  },
);

test("what the webhook settled is what the buyer is then told, byte for byte, every time", async () => {
  const { buyer, payment, charged } = await paidUnheard(stack);
  await delivers(stack.services, charged);
  const [first, second] = [await buyer.pays(payment), await buyer.pays(payment)];
  expect(first.result).toMatchObject({ status: "paid", orderId: payment.orderId, amount: 1_998 });
  expect(first.headers.get("idempotent-replayed")).toBe("true");
  expect(second.text).toBe(first.text);
  const told = await buyer.query("timeline.list", { orderId: payment.orderId });
  expect(told.text).toContain('"sentBy":"bank"');
});

test("an event that comes while an attempt still holds the intent waits for it; if it lasts, 503 and no row", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const paying = buyer
    .pays(payment, { headers: { "x-fault-plan": "crash-after-provider" } })
    .catch(() => undefined);
  await expect.poll(() => eventsOf(stack.sql, payment.orderId)).toHaveLength(2);
  const [charged] = await eventsOf(stack.sql, payment.orderId);
  if (charged === undefined) throw new Error("The bank recorded no event");
  // The attempt is dead and its lease is not over: nobody may go on before it is.
  await stack.sql`update idempotency_keys set lease_until = clock_timestamp() + interval '1 minute' where key = ${payment.idempotencyKey}`;
  expect(await delivers(stack.services, charged)).toMatchObject({ status: 503 });
  expect(await inboxOf(stack.sql, payment.orderId)).toEqual([]);

  await stack.sql`update idempotency_keys set lease_until = clock_timestamp() where key = ${payment.idempotencyKey}`;
  expect(await delivers(stack.services, charged)).toMatchObject({
    status: 200,
    effect: "settled",
  });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  await paying;
});

test("a decline whose answer was lost is told by its event too: an answer, and the order may be paid with another card", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = { ...(await buyer.saves()), paymentMethod: "pm_card_chargeDeclinedExpiredCard" };
  await buyer.pays(payment, { headers: { "x-fault-plan": "provider-timeout" } });
  const events = await eventsOf(stack.sql, payment.orderId);
  expect(events.map(({ type }) => type).sort()).toEqual([
    "charge.failed",
    "payment_intent.payment_failed",
  ]);
  for (const event of events)
    expect(await delivers(stack.services, event)).toMatchObject({ status: 200 });
  expect((await buyer.pays(payment)).result).toEqual({
    status: "declined",
    orderId: payment.orderId,
    declineCode: "expired_card",
  });
});

test("an event of a charge that nobody here asked for is kept for a person and pays nothing", async () => {
  const { charged } = await paidUnheard(stack);
  const foreign = {
    body: charged.body
      .replaceAll(/"reference":"[^"]+"/g, '"reference":"of-another-shop"')
      .replace(charged.id, `${charged.id}x`),
  };
  expect(await delivers(stack.services, foreign)).toMatchObject({
    status: 200,
    effect: "unmatched",
  });
});
