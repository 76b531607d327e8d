import { sql, type SQL } from "drizzle-orm";

export interface BookCharge {
  chargeId: string;
  postingId: string;
  orderId: string;
  amount: number;
  currency: string;
  providerReference: string;
  paidAt: string;
  lines: unknown;
}

/**
 * The rows of one paid order, as statements that select from `done`: the charge, one balanced posting (money
 * at the bank against sales) and the order's new state. Where `done` is empty they write nothing.
 */
export function bookCharge(booked: BookCharge): SQL[] {
  const { chargeId, postingId, orderId, amount, currency, providerReference, paidAt, lines } =
    booked;
  return [
    sql`insert into charges (charge_id, account, order_id, key, amount, currency, provider_reference, lines, paid_at)
        select ${chargeId}::uuid, account, ${orderId}::uuid, key, ${amount}::bigint, ${currency}, ${providerReference},
               ${JSON.stringify(lines)}::text::jsonb, ${paidAt}::timestamptz from done`,
    sql`insert into postings (posting_id, account, order_id, kind, source_id)
        select ${postingId}::uuid, account, ${orderId}::uuid, 'charge', ${chargeId}::uuid from done`,
    sql`insert into ledger_entries (posting_id, account, ledger_account, direction, amount, currency)
        select ${postingId}::uuid, account, side.ledger_account, side.direction, ${amount}::bigint, ${currency}
          from done, (values ('bank', 'debit'), ('sales', 'credit')) as side(ledger_account, direction)`,
    sql`update orders o set status = 'paid', updated_at = clock_timestamp() from done
         where o.account = done.account and o.order_id = ${orderId}::uuid`,
  ];
}
