import { chargeObject, type ChargeRow } from "./charge.ts";
import type { Claim } from "./claim.ts";
import { newId, nowSeconds } from "./ids.ts";
import { paymentIntentObject, type PaymentIntentRow } from "./payment-intent.ts";
import { refundObject, type RefundRow } from "./refund.ts";

/** The version of Stripe's API whose shapes these are. */
const API_VERSION = "2026-10-28.endive";

export interface BankEvent {
  id: string;
  type: string;
  objectId: string;
  /** Stripe's Event as JSON: the bytes that are signed. */
  body: string;
}

/** What a change of an intent is told as, in the order in which Stripe tells it. */
export function eventsOfIntent(
  claim: Claim,
  intent: PaymentIntentRow,
  charge: ChargeRow | null,
): BankEvent[] {
  const whole = paymentIntentObject(intent);
  if (charge === null) {
    const verb = intent.status === "canceled" ? "canceled" : "created";
    return [event(claim, `payment_intent.${verb}`, whole)];
  }
  const paid = charge.status === "succeeded";
  return [
    event(claim, `charge.${charge.status}`, chargeObject(charge)),
    event(claim, `payment_intent.${paid ? "succeeded" : "payment_failed"}`, whole),
  ];
}

/** `before` is the charge as it was read; the statement that writes the events puts the true totals in. */
export function eventsOfRefund(claim: Claim, refund: RefundRow, before: ChargeRow): BankEvent[] {
  return [
    event(claim, "refund.created", refundObject(refund)),
    event(claim, "charge.refunded", chargeObject(before), {
      amount_refunded: before.amount_refunded,
      refunded: false,
    }),
  ];
}

function event(
  claim: Claim,
  type: string,
  object: { id: string; object: string },
  previous?: Record<string, unknown>,
): BankEvent {
  const whole = {
    id: newId("evt"),
    object: "event",
    api_version: API_VERSION,
    created: nowSeconds(),
    data: { object, ...(previous && { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: claim.requestId, idempotency_key: claim.idempotencyKey },
    type,
  };
  return { id: whole.id, type, objectId: object.id, body: JSON.stringify(whole) };
}
