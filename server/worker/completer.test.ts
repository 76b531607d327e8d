import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { operations } from "../operations.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { completeAbandoned } from "./completer.ts";

const stack = stackUnderTest();

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
  const plan = { "x-fault-plan": "crash-after-claim@1" };
  await buyer.pays(payment, { headers: plan }).catch(() => undefined);
  await stack.sql`update idempotency_keys set lease_until = clock_timestamp() where key = ${idempotencyKey}`;

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
