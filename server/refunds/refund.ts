import { type SQL, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { bookRefund } from "../ledger/book-refund.ts";
import { cents } from "../orders/order.ts";
import type { RefundRequest, RefundResult } from "../payments/provider.ts";
import type { Operation } from "../trpc/operation.ts";
import { whyNotRefunded } from "./why-not-refunded.ts";

const refundInput = z.strictObject({
  chargeId: z
    .uuid({ version: "v7" })
    .or(z.uuid({ version: "v4" }))
    .transform((id) => id.toLowerCase()),
  /** Minor units of the charge's currency. Left out: all that is left. */
  amount: cents.optional(),
});

const output = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("refunded"),
    refundId: z.string(),
    chargeId: z.string(),
    amount: cents,
    currency: z.literal("EUR"),
  }),
  // The bank's own last word on a refund that our books allowed. An answer, as a decline is one.
  z.strictObject({ status: z.literal("refused"), chargeId: z.string(), reason: z.string() }),
]);

/**
 * Gives back a part or all of what a charge took. The claiming statement decides under the charge's lock what may go,
 * and the frozen request is the reservation (`db/migrations/0006_refunds.sql`). It holds no order: the intent that
 * paid does, for ever, and any number of refunds may follow it.
 */
export const refund: Operation<typeof refundInput, typeof output> = {
  procedure: "refunds.create",
  input: refundInput,
  output,

  admission({ account, key, input: { chargeId, amount } }) {
    return {
      step: "refund",
      select: sql`select null::text as order_id, admitted.request
                    from refund_admit(${account}::text, ${chargeId}::uuid, ${amount ?? null}::bigint) as admitted(request)`,
      again: sql`refund_fits(${account}::text, ${key}::uuid)`,
      ...(amount === undefined && { outdated: neverFits(account, key, chargeId) }),
    };
  },
  refuse: ({ db, account, input: wanted }) => whyNotRefunded(db, account, wanted),

  async handler(attempt, { payments }) {
    const wanted = attempt.frozen<RefundRequest>("refund");
    const made = await attempt.step<RefundRequest, RefundResult>("refund", {
      request: () => wanted,
      send: (request, providerKey) => payments.refund(request, providerKey),
      lookUp: (request, providerKey) => payments.findRefund(request, providerKey),
    });
    const { chargeId, orderId, amount, currency } = wanted;
    if (made.status === "refused")
      return await attempt.commit({ status: "refused" as const, chargeId, reason: made.reason });
    const refundId = uuidv7();
    const { providerReference } = made;
    return await attempt.commit(
      { status: "refunded" as const, refundId, chargeId, amount, currency: "EUR" as const },
      {
        effects: bookRefund({
          refundId,
          postingId: uuidv7(),
          chargeId,
          orderId,
          amount,
          currency,
          providerReference,
        }),
      },
    );
  },
};

/**
 * For "all that is left", whose amount was frozen: another refund was made since, for good, and something is left that a new
 * key can ask for. What is only under way may still come back.
 */
function neverFits(account: string, key: string, chargeId: string): SQL {
  return sql`exists (
    select 1 from charges c
     cross join lateral (select sum(r.amount) as refunded from refunds r where r.account = c.account and r.charge_id = c.charge_id) made
      join idempotency_steps s on s.account = c.account and s.key = ${key}::uuid and s.step = 'refund'
     where c.account = ${account}::text and c.charge_id = ${chargeId}::uuid and c.amount > made.refunded
       and (s.request::jsonb ->> 'amount')::bigint > c.amount - made.refunded)`;
}
