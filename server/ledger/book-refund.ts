import { sql, type SQL } from "drizzle-orm";

export interface BookRefund {
  refundId: string;
  postingId: string;
  chargeId: string;
  orderId: string;
  amount: number;
  currency: string;
  providerReference: string;
}

/**
 * The rows of one refund, as statements that select from `done`: the refund and one balanced posting, the charge's the
 * other way round. A trigger of `refunds` makes the order `refunded` once the whole has gone back: only under the charge's
 * lock can that be seen. Where `done` is empty they write nothing.
 */
export function bookRefund(booked: BookRefund): SQL[] {
  const { refundId, postingId, chargeId, orderId, amount, currency, providerReference } = booked;
  return [
    sql`insert into refunds (refund_id, charge_id, account, key, amount, currency, provider_reference)
        select ${refundId}::uuid, ${chargeId}::uuid, account, key, ${amount}::bigint, ${currency}, ${providerReference} from done`,
    sql`insert into postings (posting_id, account, order_id, kind, source_id)
        select ${postingId}::uuid, account, ${orderId}::uuid, 'refund', ${refundId}::uuid from done`,
    sql`insert into ledger_entries (posting_id, account, ledger_account, direction, amount, currency)
        select ${postingId}::uuid, account, side.ledger_account, side.direction, ${amount}::bigint, ${currency}
          from done, (values ('sales', 'debit'), ('bank', 'credit')) as side(ledger_account, direction)`,
  ];
}
