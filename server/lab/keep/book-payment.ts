import { sql, type SQL } from "drizzle-orm";
import type { LaneRun, PayAnswer } from "../lane.ts";

/** One line in a lane's books. Nothing keeps a second one out: that is what the lanes are about. */
export function bookPayment(
  { account, lane, key }: Pick<LaneRun, "account" | "lane" | "key">,
  paid: Extract<PayAnswer, { status: "paid" }>,
  fence?: number,
): SQL {
  return sql`insert into lab_payments (account, lane, order_id, payment_id, key, fence, amount, currency, provider_reference, paid_at)
    values (${account}, ${lane}, ${paid.orderId}::uuid, ${paid.chargeId}::uuid, ${key ?? null}::uuid, ${fence ?? null}::integer,
            ${paid.amount}::bigint, ${paid.currency}, ${paid.providerReference}, ${paid.paidAt}::timestamptz)`;
}
