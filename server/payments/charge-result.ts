import type Stripe from "stripe";
import type { ChargeResult } from "./provider.ts";

/** A succeeded charge of Stripe's, in this shop's words. */
export function captured(charge: Stripe.Charge): ChargeResult {
  return {
    status: "captured",
    providerReference: charge.id,
    amount: charge.amount,
    currency: charge.currency.toUpperCase(),
    capturedAt: new Date(charge.created * 1000).toISOString(),
  };
}

/** A documented decline, by whichever of its two codes says more. */
export function declined(
  code: string | null | undefined,
  declineCode: string | null | undefined,
): ChargeResult {
  const said = code === "expired_card" ? code : declineCode;
  // The SDK has "" for what was not said.
  return { status: "declined", declineCode: said || code || "generic_decline" };
}
