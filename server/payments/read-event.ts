import type Stripe from "stripe";
import type { BankEvent, BankFact, FailedRefund } from "./bank-event.ts";
import { captured, declined } from "./charge-result.ts";
import { isMade } from "./stripe-refunds.ts";

/**
 * Stripe's event in this shop's words. It goes by the state of the object inside and not by the event's name: an object
 * that is "succeeded" says so in every later event about it, which is what makes the order of arrival indifferent.
 */
export function readEvent({ id, type, created, data }: Stripe.Event): BankEvent {
  const object = data.object;
  const labels = ("metadata" in object ? object.metadata : null) ?? {};
  return {
    id,
    type,
    createdAt: new Date(created * 1000),
    account: labels["account"],
    orderId: labels["orderId"],
    fact: factOf(object, labels["reference"], created),
  };
}

function factOf(
  object: Stripe.Event.Data.Object,
  reference: string | undefined,
  created: number,
): BankEvent["fact"] {
  if (!("object" in object)) return undefined;
  if (object.object === "refund") return factOfRefund(object as Stripe.Refund, reference);
  if (reference === undefined) return undefined;
  if (object.object === "charge") return factOfCharge(object as Stripe.Charge, reference);
  if (object.object === "payment_intent")
    return factOfIntent(object as Stripe.PaymentIntent, reference, created);
  return undefined;
}

function factOfCharge(charge: Stripe.Charge, reference: string): BankFact | undefined {
  const of = { of: "charge", reference, object: charge.id } as const;
  if (charge.status === "succeeded" && charge.captured) return { ...of, result: captured(charge) };
  if (charge.status !== "failed") return undefined;
  return { ...of, result: declined(charge.failure_code, charge.outcome?.reason) };
}

/** It names its charge; what it was taken for and when, it says itself. */
function factOfIntent(
  intent: Stripe.PaymentIntent,
  reference: string,
  created: number,
): BankFact | undefined {
  const latest = intent.latest_charge;
  const object = typeof latest === "string" ? latest : latest?.id;
  if (object === undefined) return undefined;
  const of = { of: "charge", reference, object } as const;
  const error = intent.last_payment_error;
  if (intent.status === "requires_payment_method" && error !== null) {
    return { ...of, result: declined(error.code, error.decline_code) };
  }
  if (intent.status !== "succeeded") return undefined;
  return {
    ...of,
    result: {
      status: "captured",
      providerReference: object,
      amount: intent.amount_received,
      currency: intent.currency.toUpperCase(),
      capturedAt: new Date(created * 1000).toISOString(),
    },
  };
}

function factOfRefund(
  refund: Stripe.Refund,
  reference: string | undefined,
): BankFact | FailedRefund | undefined {
  const charge = typeof refund.charge === "string" ? refund.charge : refund.charge?.id;
  if (refund.status === "failed" || refund.status === "canceled")
    return { of: "failed refund", object: refund.id };
  if (!isMade(refund) || charge === undefined) return undefined;
  return {
    of: "refund",
    reference,
    object: refund.id,
    charge,
    amount: refund.amount,
    currency: refund.currency.toUpperCase(),
    result: { status: "refunded", providerReference: refund.id, amount: refund.amount },
  };
}
