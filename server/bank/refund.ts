/** One row of `bank.refunds`; amounts in cents, `created` in seconds, `metadata` as JSON text. */
export interface RefundRow {
  id: string;
  merchant: string;
  created: number;
  amount: number;
  currency: string;
  charge: string;
  payment_intent: string;
  reason: string | null;
  metadata: string;
}

/** Stripe's Refund. The sandbox has no pending refunds: what exists has succeeded. */
export function refundObject(row: RefundRow) {
  return {
    id: row.id,
    object: "refund" as const,
    amount: row.amount,
    balance_transaction: null,
    charge: row.charge,
    created: row.created,
    currency: row.currency,
    customer: null,
    customer_account: null,
    destination_details: { card: { reference_status: "pending", type: "refund" }, type: "card" },
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    payment_intent: row.payment_intent,
    payment_method: null,
    reason: row.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: "succeeded",
    transfer_reversal: null,
  };
}
