import type Stripe from "stripe";
import { expect, test } from "vitest";
import { chargeObject, type ChargeRow } from "./charge.ts";
import { paymentIntentObject, type PaymentIntentRow } from "./payment-intent.ts";
import { refundObject } from "./refund.ts";

const charge: ChargeRow = {
  id: "ch_1",
  merchant: "m",
  created: 1,
  amount: 5,
  currency: "eur",
  status: "succeeded",
  payment_intent: "pi_1",
  payment_method: "pm_card_visa",
  customer: null,
  description: null,
  transfer_group: null,
  metadata: "{}",
  failure_code: null,
  decline_code: null,
  failure_message: null,
  amount_refunded: 5,
};

const intent: PaymentIntentRow = {
  id: "pi_1",
  merchant: "m",
  created: 1,
  amount: 5,
  currency: "eur",
  status: "succeeded",
  payment_method: "pm_card_visa",
  customer: null,
  description: null,
  transfer_group: null,
  metadata: "{}",
  latest_charge: "ch_1",
  last_payment_error: null,
  canceled_at: null,
  cancellation_reason: null,
  version: 0,
};

/** The names that the package's types promise to be there; the compiler refuses an object that lacks one. */
type Complete<T> = { [Name in keyof T as undefined extends T[Name] ? never : Name]: unknown };

test("an object has every field that the package's types say it has", () => {
  const shown: Complete<Stripe.Charge> = chargeObject(charge);
  const whole: Complete<Stripe.PaymentIntent> = paymentIntentObject(intent, charge);
  const back: Complete<Stripe.Refund> = refundObject({
    id: "re_1",
    merchant: "m",
    created: 1,
    amount: 5,
    currency: "eur",
    charge: "ch_1",
    payment_intent: "pi_1",
    reason: null,
    metadata: "{}",
  });

  expect(shown).toMatchObject({ object: "charge", refunded: true });
  expect(whole).toMatchObject({ object: "payment_intent", latest_charge: shown });
  expect(back).toMatchObject({ object: "refund", amount: 5 });
});
