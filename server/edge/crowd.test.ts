import { expect, test } from "vitest";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ poolMax: 2 });

test("forty strangers who only look, at what is slow to be read, keep nobody from paying", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payments = [await buyer.saves(), await buyer.saves(), await buyer.saves()];
  const strangers = await Promise.all(
    Array.from({ length: 40 }, () => Buyer.arrives(stack.services)),
  );
  const told: number[] = [];
  let paying = true;
  const look = async (stranger: Buyer) => {
    while (paying) told.push((await stranger.query("audit.webhooks")).status);
  };
  let crowd: Promise<void>[] = [];
  await stack.sql.begin(async (sql) => {
    // No payment reads it. Who does waits for as long as a lock may take.
    await sql`lock table webhook_inbox in access exclusive mode`;
    crowd = strangers.map(look);
    await expect.poll(() => told.length, { timeout: 10_000 }).toBeGreaterThan(0);
    for (const payment of payments) {
      const paid = await buyer.pays(payment);
      expect(paid.status, paid.text).toBe(200);
      expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
    }
    paying = false;
  });
  await Promise.all(crowd);
  // They were in each other's way.
  expect(told.filter((status) => status >= 500).length).toBeGreaterThan(20);
});
