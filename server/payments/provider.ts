import { z } from "zod";

/** The test tokens that the shop offers: one list, shown by the page and checked by the server. */
export const PAYMENT_METHODS = [
  { token: "pm_card_visa", brand: "Visa", sentence: "Pays." },
  { token: "pm_card_mastercard", brand: "Mastercard", sentence: "Pays." },
  { token: "pm_card_chargeDeclined", brand: "Visa", sentence: "Is declined, without a reason." },
  {
    token: "pm_card_chargeDeclinedInsufficientFunds",
    brand: "Visa",
    sentence: "Is declined: not enough money.",
  },
  { token: "pm_card_chargeDeclinedExpiredCard", brand: "Visa", sentence: "Is declined: expired." },
] as const;

/** Refuses everything that is not on the list; a card number is thereby refused, and never logged. */
export const paymentMethod = z
  .string()
  .max(64)
  .refine(
    (token) => PAYMENT_METHODS.some((method) => method.token === token),
    "Choose one of this shop's test methods",
  );

/** What is frozen before the first send. Amounts in minor units. */
export interface ChargeRequest {
  account: string;
  orderId: string;
  amount: number;
  currency: string;
  paymentMethod: string;
  lines: { sku: string; name: string; quantity: number; unitAmount: number }[];
}

/** Both are answers. Everything else is thrown: `NotTaken` when surely nothing happened, else it is unknown. */
export type ChargeResult =
  | {
      status: "captured";
      providerReference: string;
      amount: number;
      currency: string;
      capturedAt: string;
    }
  | { status: "declined"; declineCode: string };

/** What is frozen before the first send of a refund. Amounts in minor units. */
export interface RefundRequest {
  account: string;
  orderId: string;
  chargeId: string;
  /** The provider's own id of the charge. */
  chargeReference: string;
  amount: number;
  currency: string;
}

/** As with a charge: both are answers, everything else is thrown. `reason` is the provider's code. */
export type RefundResult =
  | { status: "refunded"; providerReference: string; amount: number }
  | { status: "refused"; reason: string };

export interface BankCharge {
  chargeId: string;
  orderId: string;
  amount: number;
  refunded: number;
  currency: string;
  status: string;
  at: string;
}

/** A capture or a return in the provider's own books. */
export interface BankLine {
  id: string;
  /** A return's capture. */
  charge: string;
  /** "" where the provider was not told: something that was done in its own dashboard. */
  account: string;
  orderId: string;
  /** The derived key of the step that sent it. */
  reference: string;
  amount: number;
  currency: string;
  at: string;
}

export interface BankBooks {
  captures: BankLine[];
  returns: BankLine[];
}

/** The port. Every call has its own deadline and none is tied to a client's request. */
export interface PaymentProvider {
  charge(request: ChargeRequest, providerKey: string): Promise<ChargeResult>;
  /** By the reference that every send carries. Undefined is no proof: the send may still be under way. */
  findCharge(request: ChargeRequest, providerKey: string): Promise<ChargeResult | undefined>;
  refund(request: RefundRequest, providerKey: string): Promise<RefundResult>;
  findRefund(request: RefundRequest, providerKey: string): Promise<RefundResult | undefined>;
  /** Captured charges of one account, oldest first, as the provider's own books have them. */
  statement(account: string, orderId?: string): Promise<BankCharge[]>;
  /** Line by line: of one account, or of all of them, from a time on and from before a time (ISO 8601). */
  books(
    of: { account: string } | { from?: string | undefined; before?: string | undefined },
  ): Promise<BankBooks>;
  /** One line of these books by the provider's id. Undefined: they have none, or what it was has failed since. */
  findLine(of: "charge" | "refund", id: string): Promise<BankLine | undefined>;
}
