import { chargeObject, type ChargeRow } from "./charge.ts";
import type { StripeErrorBody } from "./stripe-error.ts";

/** One row of `bank.payment_intents`; amounts in cents, times in seconds, `metadata` and the last error as JSON text. */
export interface PaymentIntentRow {
  id: string;
  merchant: string;
  created: number;
  amount: number;
  currency: string;
  status: "requires_payment_method" | "requires_confirmation" | "succeeded" | "canceled";
  payment_method: string | null;
  customer: string | null;
  description: string | null;
  transfer_group: string | null;
  metadata: string;
  latest_charge: string | null;
  last_payment_error: string | null;
  canceled_at: number | null;
  cancellation_reason: string | null;
  version: number;
}

/** Stripe's PaymentIntent. `charge` is given when the caller asked for `expand[]=latest_charge`. */
export function paymentIntentObject(row: PaymentIntentRow, charge: ChargeRow | null = null) {
  return {
    id: row.id,
    object: "payment_intent" as const,
    allowed_payment_method_types: ["card"],
    amount: row.amount,
    amount_capturable: 0,
    amount_received: row.status === "succeeded" ? row.amount : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: row.canceled_at,
    cancellation_reason: row.cancellation_reason,
    capture_method: "automatic" as const,
    client_secret: `${row.id}_secret_sandbox`,
    confirmation_method: "automatic" as const,
    created: row.created,
    currency: row.currency,
    customer: row.customer,
    customer_account: null,
    description: row.description,
    excluded_payment_method_types: null,
    last_payment_error: parseError(row.last_payment_error),
    latest_charge: charge === null ? row.latest_charge : chargeObject(charge),
    livemode: false,
    managed_payments: null,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    next_action: null,
    on_behalf_of: null,
    payment_method: row.payment_method,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ["card"],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: row.status,
    transfer_data: null,
    transfer_group: row.transfer_group,
  };
}

function parseError(stored: string | null): StripeErrorBody | null {
  return stored === null ? null : (JSON.parse(stored) as StripeErrorBody);
}
