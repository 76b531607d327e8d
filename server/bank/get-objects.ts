import { answer, type Bank, type Call, type Reply } from "./call.ts";
import { chargeObject } from "./charge.ts";
import { expands, onlyKnown } from "./params.ts";
import { paymentIntentObject } from "./payment-intent.ts";
import { findCharge, findPaymentIntent, findRefund } from "./read-objects.ts";
import { refundObject } from "./refund.ts";
import { missing } from "./stripe-error.ts";

const shown = (object: object): Reply => ({ ...answer(200, object), replayOf: null });

/** `GET /v1/payment_intents/:id`, with `expand[]=latest_charge` if asked. 404 `resource_missing`. */
export async function getPaymentIntent(bank: Bank, call: Call): Promise<Reply> {
  onlyKnown(call.params, ["client_secret", "expand"]);
  const expand = expands(call.params, "latest_charge");
  const intent = await findPaymentIntent(bank, call.merchant, call.id);
  if (intent === null) throw missing("payment_intent", call.id, "intent");
  const latest = expand ? intent.latest_charge : null;
  const charge = latest === null ? null : await findCharge(bank, call.merchant, latest);
  return shown(paymentIntentObject(intent, charge));
}

/** `GET /v1/charges/:id`. 404 `resource_missing`. */
export async function getCharge(bank: Bank, call: Call): Promise<Reply> {
  onlyKnown(call.params, []);
  const charge = await findCharge(bank, call.merchant, call.id);
  if (charge === null) throw missing("charge", call.id, "id");
  return shown(chargeObject(charge));
}

/** `GET /v1/refunds/:id`. 404 `resource_missing`. */
export async function getRefund(bank: Bank, call: Call): Promise<Reply> {
  onlyKnown(call.params, []);
  const refund = await findRefund(bank, call.merchant, call.id);
  if (refund === null) throw missing("refund", call.id, "id");
  return shown(refundObject(refund));
}
