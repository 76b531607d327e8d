import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { operations } from "../operations.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { completeAbandoned } from "./completer.ts";

const stack = stackUnderTest({ suppliers: true });

const PATIENT = { timeout: 8_000 };
const DIES = { "x-fault-plan": "crash-after-claim@1" };
/** Its process died after the claim, and its lease is over. */
async function leave(
  request: Promise<unknown>,
  { idempotencyKey }: Pick<Payment, "idempotencyKey">,
) {
  await request.catch(() => undefined);
  await stack.sql`update idempotency_keys set lease_until = clock_timestamp(), updated_at = clock_timestamp() where key = ${idempotencyKey}`;
}

test("payments that no deploy can read keep none behind them waiting, and are in the review of their account after ten minutes", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const keys = Array.from({ length: 25 }, () => uuidv7());
  for (const key of keys)
    await stack.sql`
      insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, created_at)
      select account, ${key}, 'checkout.pay', fingerprint, '{"cart":"of long ago"}', false, 'in_progress', 1, over, over - interval '1 hour'
        from (select clock_timestamp() - interval '9 minutes' as over) lease,
             (select ${buyer.account}::text as account, 'v1:' as fingerprint) it`;
  const payment = await buyer.saves();
  const { idempotencyKey } = payment;
  await leave(buyer.pays(payment, { headers: DIES }), payment);

  expect(await completeAbandoned(stack.services, operations)).toEqual({ found: 26, failed: 25 });
  const status = async () =>
    Object((await buyer.query("checkout.status", { idempotencyKey })).result).state as string;
  expect(await status()).toBe("completed");
  expect((await buyer.query("audit.reviews")).result).toEqual([]);

  await stack.sql`update idempotency_keys set lease_until = lease_until - interval '2 minutes' where state = 'in_progress'`;
  await completeAbandoned(stack.services, operations);
  const reviews = Object((await buyer.query("audit.reviews")).result) as { reason: string }[];
  expect(reviews).toHaveLength(25);
  expect(reviews[0]?.reason).toBe("checkout.pay does not accept its recorded input any more");
  expect(await completeAbandoned(stack.services, operations)).toEqual({ found: 0, failed: 0 });
  await stack.sql`update idempotency_keys set state = 'voided', fence = fence + 1 where state = 'needs_review'`;
});

test("a run that takes long, which is carried on, keeps no payment waiting", async () => {
  const { agent } = stack.services;
  let answer = () => {};
  const thinks = new Promise<void>((resolve) => (answer = resolve));
  const planner = {
    ...agent.planner,
    async plan(request: Parameters<typeof agent.planner.plan>[0]) {
      await thinks;
      return await agent.planner.plan(request);
    },
  };
  const services = { ...stack.services, agent: { ...agent, planner } };
  const buyer = await Buyer.arrives(stack.services);
  const run = { idempotencyKey: uuidv7(), goal: "Buy two teas" };
  await leave(buyer.mutate("agent.run", run, { headers: DIES }), run);
  const stop = startCompleter(services);
  try {
    const stateOf = async ({ idempotencyKey }: Pick<Payment, "idempotencyKey">) =>
      (await stack.sql`select state, fence from idempotency_keys where key = ${idempotencyKey}`)[0];
    await expect.poll(() => stateOf(run), PATIENT).toEqual({ state: "in_progress", fence: 2 });
    const payments: Payment[] = [];
    for (let made = 0; made < 2; made += 1) payments.push(await buyer.saves());
    for (const payment of payments) await leave(buyer.pays(payment, { headers: DIES }), payment);
    for (const payment of payments)
      await expect.poll(async () => (await stateOf(payment))?.["state"], PATIENT).toBe("completed");
    expect(await stateOf(run)).toMatchObject({ state: "in_progress" });
    answer();
    await expect.poll(async () => (await stateOf(run))?.["state"], PATIENT).toBe("completed");
  } finally {
    answer();
    await stop();
  }
});
