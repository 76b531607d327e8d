import {
  type Ending as EndingOf,
  type IntentEvent as EventOf,
  intentLife,
  type IntentRecord as RecordOf,
} from "../../../server/idempotency/client/index.ts";

/** Integer minor units; the currency is always the shop's. */
export type Money = { amount: number; currency: "EUR" };

/** What the key stands for. Sent byte for byte the same on every retry, resend and reload. */
export type PayInput = { paymentMethod: string; expectedTotal: Money };

export type Paid = {
  status: "paid";
  orderId: string;
  chargeId: string;
  amount: number;
  currency: string;
  providerReference: string;
  paidAt: string;
};
export type Declined = { status: "declined"; orderId: string; declineCode: string };

/** How an intent ended: the bank's answer, or the server's word that this key will never get one. */
export type Ending = EndingOf<Paid | Declined>;

/** One decision to pay one order, as this browser remembers it. */
export type IntentRecord = RecordOf<PayInput, Paid | Declined>;

/** A decline leaves the order open: the next press of Pay is a new decision, under a new key. */
export const life = intentLife<PayInput, Paid | Declined>({
  keepsOrder: (answer) => answer.status === "paid",
  isInput: isPayInput,
});
export const { advance } = life;

/** What can happen to a checkout intent. */
export type IntentEvent = EventOf<PayInput, Paid | Declined>;

/** The place of an order's record in localStorage. */
export function recordName(orderId: string): string {
  return `payonce.intent.${orderId}`;
}

function isPayInput(value: unknown): value is PayInput {
  if (!isObject(value) || typeof value["paymentMethod"] !== "string") return false;
  const total = value["expectedTotal"];
  return (
    isObject(total) &&
    Number.isSafeInteger(total["amount"]) &&
    typeof total["currency"] === "string"
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
