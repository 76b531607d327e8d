import { sql, type SQL } from "drizzle-orm";
import type { LaneRun, PayAnswer } from "../lane.ts";

type Paid = Extract<PayAnswer, { status: "paid" }>;
type Whose = Pick<LaneRun, "account" | "lane" | "key">;

/** One line in a lane's books. Nothing keeps a second one out: that is what the lanes are about. */
export function bookPayment(run: Whose, paid: Paid, fence?: number): SQL {
  return sql`insert into lab_payments (account, lane, order_id, payment_id, key, fence, amount, currency, provider_reference, paid_at)
    select ${paymentValues(run, paid, fence)}`;
}

/** In the order of `bookPayment`'s columns. */
export function paymentValues({ account, lane, key }: Whose, paid: Paid, fence?: number): SQL {
  return sql`${account}, ${lane}, ${paid.orderId}::uuid, ${paid.chargeId}::uuid, ${key ?? null}::uuid, ${fence ?? null}::integer,
    ${paid.amount}::bigint, ${paid.currency}, ${paid.providerReference}, ${paid.paidAt}::timestamptz`;
}
