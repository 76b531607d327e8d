import { afterAll, expect, test, vi } from "vitest";
import { booksOf } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { type Services, wire } from "../wiring.ts";

const stack = stackUnderTest({
  leaves: "a charge at an account of the bank that the shop has left, which waits for a person",
});
const opened: Services[] = [];
afterAll(() => Promise.all(opened.map(({ pool }) => pool.close())));

/** An instance of the same shop after a deploy, with another account at the bank. */
function afterTheMove(): Services {
  const environment = { ...stack.environment, STRIPE_SECRET_KEY: "sk_test_the_other_account" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    const services = wire("after-the-move");
    opened.push(services);
    return services;
  } finally {
    vi.unstubAllEnvs();
  }
}

/** In the bank's journal, whichever of its accounts they are in. */
const captures = async (orderId: string) => (await booksOf(stack.sql, orderId)).captures;

test("a shop that moves to another account of its bank charges nobody again whose charge is in doubt: it waits for a person", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const headers = { "x-fault-plan": "crash-after-provider" };
  await buyer.pays(payment, { headers }).catch(() => undefined);
  expect(await captures(payment.orderId)).toBe(1);

  const moved = afterTheMove();
  await stack.sql`update idempotency_keys set lease_until = clock_timestamp() where key = ${payment.idempotencyKey}`;
  const answer = await buyer.pays(payment, { to: moved });
  expect(answer.error?.idempotency?.code).toBe("OUTCOME_UNKNOWN");
  expect(await captures(payment.orderId)).toBe(1);
  const [row] = await stack.sql`
    select state, review from idempotency_keys where key = ${payment.idempotencyKey}`;
  expect(row).toMatchObject({ state: "needs_review" });
  expect(row?.["review"]).toContain("another namespace");

  const next = await buyer.saves();
  expect((await buyer.pays(next, { to: moved })).result).toMatchObject({ status: "paid" });
});
