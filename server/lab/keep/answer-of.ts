import { v7 as uuidv7 } from "uuid";
import type { ChargeRequest, ChargeResult } from "../../payments/provider.ts";
import type { PayAnswer } from "../lane.ts";

/** What the buyer is told about a charge. */
export function answerOf(order: ChargeRequest, charge: ChargeResult): PayAnswer {
  const { orderId, amount } = order;
  if (charge.status === "declined")
    return { status: "declined", orderId, declineCode: charge.declineCode };
  const { providerReference, capturedAt: paidAt } = charge;
  return {
    status: "paid",
    orderId,
    chargeId: uuidv7(),
    amount,
    currency: "EUR",
    providerReference,
    paidAt,
  };
}
