import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, refundOf, refunds } from "../test-kit/refunds.ts";
import { replacing, type Rewrite, rewritingStore } from "../test-kit/rewriting-store.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

/** Each defence of a refund taken out, and the damage that never-more-than-captured.test.ts looks for. */
const stack = stackUnderTest();

/** Any number: where both claims of the known-bad variant are held. */
const GATE = 7_201_118;

/** What is reserved for refunds that are under way, in cents. */
async function reserved(account: string): Promise<number> {
  const [row] = await stack.sql<{ sum: number }[]>`
    select coalesce(sum((s.request::jsonb ->> 'amount')::integer), 0)::integer as sum
      from idempotency_keys k join idempotency_steps s using (account, key)
     where account = ${account} and k.procedure = 'refunds.create' and k.state in ('in_progress', 'unknown')`;
  return row?.sum ?? 0;
}

/** Two refunds of the whole, whose claims have both begun before either is let on; gives what is reserved then. */
async function twoAtOnce(rewrite: Rewrite, held: boolean) {
  const { store, counted } = rewritingStore(stack.services.db, rewrite);
  const to = { ...stack.services, db: store };
  const buyer = await Buyer.arrives(to);
  const { chargeId } = await buysTea(buyer);
  const headers = { "x-fault-plan": "provider-error" };
  const ask = () => [1, 2].map(() => refunds(buyer, refundOf(chargeId), { headers }));
  let asked = held ? [] : ask();
  await stack.sql.begin(async (tx) => {
    if (!held) return;
    await tx`select pg_advisory_xact_lock(${GATE})`;
    asked = ask();
    const waiting = () => stack.sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
    await expect.poll(async () => (await waiting()).length, { interval: 5 }).toBe(2);
  });
  await Promise.all(asked);
  return { reserved: await reserved(buyer.account), counted };
}

const nothing: Rewrite = () => undefined;

/**
 * The sum as any query would take it: in the claim's own snapshot, with nobody kept out. It waits at the gate, by when
 * that snapshot is taken: a lock on the table would stop it before.
 */
const withoutLock = replacing("from refund_admit(", [
  /from refund_admit\((\$\d+)::text, (\$\d+)::uuid, (\$\d+)::bigint\) as admitted\(request\)/,
  `from (select json_build_object('account', c.account, 'orderId', c.order_id, 'chargeId', c.charge_id, 'chargeReference',
      c.provider_reference, 'amount', coalesce($3, c.amount - gone.sum), 'currency', c.currency)::text as request
    from charges c cross join lateral (
      select coalesce((select sum((s.request::jsonb ->> 'amount')::bigint) from idempotency_keys k
        join idempotency_steps s on s.account = k.account and s.key = k.key
       where k.account = c.account and k.procedure = 'refunds.create' and k.state in ('in_progress', 'unknown')), 0) as sum
    ) gone cross join (select pg_advisory_xact_lock_shared(${GATE})) gate where c.account = $1 and c.charge_id = $2::uuid and coalesce($3, c.amount - gone.sum) between 1 and c.amount - gone.sum
  ) admitted`,
]);

test("without the charge's lock two refunds of the whole are both let through to the bank", async () => {
  expect((await twoAtOnce(nothing, false)).reserved).toBe(1_998);
  const bad = await twoAtOnce(withoutLock, true);
  expect(bad.counted.rewritten).toBeGreaterThan(0);
  expect(bad.reserved).toBe(2 * 1_998);
});

/** A refund that was released, then another that takes its room, then the released one again; all stay under way. */
async function releasedAndBack(rewrite: Rewrite) {
  const { store, counted } = rewritingStore(stack.services.db, rewrite);
  const to = { ...stack.services, db: store };
  const buyer = await Buyer.arrives(to);
  const { chargeId } = await buysTea(buyer);
  const [first, second] = [refundOf(chargeId), refundOf(chargeId)];
  await refunds(buyer, first, { headers: { "x-fault-plan": "provider-unreachable" } });
  for (const call of [second, first])
    await refunds(buyer, call, { headers: { "x-fault-plan": "provider-error" } });
  return { reserved: await reserved(buyer.account), counted };
}

test("without asking again, a released refund comes back for room that another has taken", async () => {
  expect((await releasedAndBack(nothing)).reserved).toBe(1_998);
  const bad = await releasedAndBack(replacing("refund_fits(", [/ and refund_fits\([^)]*\)/, ""]));
  expect(bad.counted.rewritten).toBeGreaterThan(0);
  expect(bad.reserved).toBe(2 * 1_998);
});
