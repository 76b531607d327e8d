import { expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { inboxOf } from "../test-kit/inbox.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ instances: 2, webhooks: true });

interface Delivery {
  eventId: string;
  ended: string | null;
  lastStatus: number | null;
}

async function paid() {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  expect((await buyer.pays(payment)).status).toBe(200);
  await expect
    .poll(async () => (await inboxOf(stack.sql, payment.orderId)).length, { timeout: 15_000 })
    .toBe(2);
  return { buyer, payment };
}

const deliveriesOf = async (buyer: Buyer) =>
  (await buyer.query("lab.deliveries")).result as Delivery[];

test("events that are delivered again, backwards and late, change no row of the books and add none to the inbox", async () => {
  const { buyer, payment } = await paid();
  const before = await inboxOf(stack.sql, payment.orderId);
  const ids = (await deliveriesOf(buyer)).map(({ eventId }) => eventId);
  expect(ids).toHaveLength(2);
  for (const delayMs of [0, 300]) {
    const again = await buyer.mutate("lab.redeliver", { eventIds: ids.toReversed(), delayMs });
    expect(again.status, again.text).toBe(200);
  }
  await expect
    .poll(async () => (await deliveriesOf(buyer)).map(({ ended }) => ended), { timeout: 15_000 })
    .toEqual(Array(6).fill("delivered"));
  expect((await deliveriesOf(buyer)).map(({ lastStatus }) => lastStatus)).toEqual(
    Array(6).fill(200),
  );
  expect(await inboxOf(stack.sql, payment.orderId)).toEqual(before);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("another account's event is not there, and nothing is sent for it", async () => {
  const { buyer } = await paid();
  const [event] = await deliveriesOf(buyer);
  const stranger = await Buyer.arrives(stack.services);
  const refused = await stranger.mutate("lab.redeliver", { eventIds: [event?.eventId] });
  expect(refused.status).toBe(404);
  expect(await deliveriesOf(stranger)).toEqual([]);
  expect(await deliveriesOf(buyer)).toHaveLength(2);
});
