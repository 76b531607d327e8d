import { intentLife } from "../../server/idempotency/client/index.ts";

/** What the key stands for. The amount is always there: what the person confirmed, and no more. */
export type RefundInput = { chargeId: string; amount: number };

export type Refunded = {
  status: "refunded";
  refundId: string;
  chargeId: string;
  amount: number;
  currency: string;
};
export type Refused = { status: "refused"; chargeId: string; reason: string };
export type RefundAnswer = Refunded | Refused;

/** Whatever the answer was, the next press is another refund under another key: a charge may have many. */
export const life = intentLife<RefundInput, RefundAnswer>({
  keepsOrder: () => false,
  isInput: (value): value is RefundInput =>
    typeof value === "object" &&
    value !== null &&
    "chargeId" in value &&
    typeof value.chargeId === "string" &&
    "amount" in value &&
    Number.isSafeInteger(value.amount),
});

/** The place of a charge's record in localStorage. */
export function recordName(chargeId: string): string {
  return `payonce.refund.${chargeId}`;
}
