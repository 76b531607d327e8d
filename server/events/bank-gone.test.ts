import { afterAll, beforeAll, expect, test } from "vitest";
import { delivers, paidUnheard } from "../test-kit/bank-events.ts";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { inboxOf } from "../test-kit/inbox.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();
let stopCompleter: () => Promise<void>;
beforeAll(() => {
  stopCompleter = startCompleter(stack.services);
});
afterAll(() => stopCompleter());

async function intentOf(key: string) {
  const [row] = await stack.sql`select state, fence from idempotency_keys where key = ${key}`;
  return { state: String(row?.["state"]), fence: Number(row?.["fence"]) };
}

test("a charge whose answer is lost for ever, by a bank that is gone: no completer can find out, its event settles it", async () => {
  const { payment, charged } = await paidUnheard(stack, {
    beforeLeaseEnds: () => stack.bank.stop(),
  });
  // The completer tries, again and again, and learns nothing.
  await expect
    .poll(async () => (await intentOf(payment.idempotencyKey)).fence, { timeout: 20_000 })
    .toBeGreaterThan(3);
  expect((await intentOf(payment.idempotencyKey)).state).not.toBe("completed");
  expect((await booksOf(stack.sql, payment.orderId)).charges).toBe(0);

  await expect
    .poll(() => delivers(stack.services, charged), { timeout: 20_000 })
    .toMatchObject({ status: 200 });
  expect(await inboxOf(stack.sql, payment.orderId)).toEqual([
    { type: "charge.succeeded", effect: "settled" },
  ]);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});
