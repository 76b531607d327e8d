import { testCard, type TestCard } from "./payment-methods.ts";

/** One row of `bank.charges`; amounts in cents, `created` in seconds, `metadata` as JSON text. */
export interface ChargeRow {
  id: string;
  merchant: string;
  created: number;
  amount: number;
  currency: string;
  status: "succeeded" | "failed";
  payment_intent: string;
  payment_method: string;
  customer: string | null;
  description: string | null;
  transfer_group: string | null;
  metadata: string;
  failure_code: string | null;
  decline_code: string | null;
  failure_message: string | null;
  amount_refunded: number;
}

/** Stripe's Charge. */
export function chargeObject(row: ChargeRow) {
  const paid = row.status === "succeeded";
  const card = testCard(row.payment_method);
  return {
    id: row.id,
    object: "charge" as const,
    amount: row.amount,
    amount_captured: paid ? row.amount : 0,
    amount_refunded: row.amount_refunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    calculated_statement_descriptor: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    captured: paid,
    created: row.created,
    currency: row.currency,
    customer: row.customer,
    description: row.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: row.failure_code,
    failure_message: row.failure_message,
    fraud_details: {},
    livemode: false,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    on_behalf_of: null,
    outcome: outcomeOf(row),
    paid,
    payment_intent: row.payment_intent,
    payment_method: row.payment_method,
    payment_method_details: { card: cardDetails(card), type: "card" },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: paid && row.amount_refunded === row.amount,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: row.status,
    transfer_data: null,
    transfer_group: row.transfer_group,
  };
}

function outcomeOf(row: ChargeRow) {
  if (row.status === "succeeded") {
    return {
      network_status: "approved_by_network",
      reason: null,
      risk_level: "normal",
      seller_message: "Payment complete.",
      type: "authorized",
    };
  }
  return {
    network_status: "declined_by_network",
    reason: row.decline_code,
    risk_level: "normal",
    seller_message: `The bank returned the decline code \`${row.decline_code}\`.`,
    type: "issuer_declined",
  };
}

function cardDetails(card: TestCard) {
  return {
    brand: card.brand,
    country: "US",
    exp_month: 12,
    exp_year: 2034,
    funding: "credit",
    last4: card.last4,
    network: card.brand,
    three_d_secure: null,
    wallet: null,
  };
}
