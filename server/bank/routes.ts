import type { Bank, Call, Reply } from "./call.ts";
import { cancelPaymentIntent, confirmPaymentIntent } from "./change-payment-intent.ts";
import { createPaymentIntent } from "./create-payment-intent.ts";
import { createRefund } from "./create-refund.ts";
import { getCharge, getPaymentIntent, getRefund } from "./get-objects.ts";
import { listDeliveries, resendEvents } from "./resend-events.ts";
import { listCharges, listPaymentIntents, listRefunds } from "./list-objects.ts";

type Handle = (bank: Bank, call: Call) => Promise<Reply>;

/** The part of Stripe's API that exists here, and how events are sent again: a table of contents. */
const ROUTES: [method: "GET" | "POST", path: RegExp, handle: Handle][] = [
  ["POST", /^\/v1\/payment_intents$/, createPaymentIntent],
  ["GET", /^\/v1\/payment_intents$/, listPaymentIntents],
  ["GET", /^\/v1\/payment_intents\/([\w-]+)$/, getPaymentIntent],
  ["POST", /^\/v1\/payment_intents\/([\w-]+)\/confirm$/, confirmPaymentIntent],
  ["POST", /^\/v1\/payment_intents\/([\w-]+)\/cancel$/, cancelPaymentIntent],
  ["GET", /^\/v1\/charges$/, listCharges],
  ["GET", /^\/v1\/charges\/([\w-]+)$/, getCharge],
  ["POST", /^\/v1\/refunds$/, createRefund],
  ["GET", /^\/v1\/refunds$/, listRefunds],
  ["GET", /^\/v1\/refunds\/([\w-]+)$/, getRefund],
  ["GET", /^\/v1\/events\/deliveries$/, listDeliveries],
  ["POST", /^\/v1\/events\/deliveries$/, resendEvents],
];

/** Finds who answers, and the object that the path names ("" where it names none). */
export function findRoute(method: string, path: string): { handle: Handle; id: string } | null {
  for (const [wanted, pattern, handle] of ROUTES) {
    const match = wanted === method ? pattern.exec(path) : null;
    if (match !== null) return { handle, id: match[1] ?? "" };
  }
  return null;
}
