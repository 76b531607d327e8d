import { invalid } from "./stripe-error.ts";

export interface Decline {
  code: string;
  declineCode: string;
  message: string;
}

export interface TestCard {
  brand: "visa" | "mastercard";
  last4: string;
  decline: Decline | null;
}

const declined = (
  declineCode: string,
  message = "Your card was declined.",
  code = "card_declined",
): Decline => ({
  code,
  declineCode,
  message,
});

/** The named test tokens of https://docs.stripe.com/testing; there are no others, and never a card number. */
const CARDS = new Map<string, TestCard>([
  ["pm_card_visa", { brand: "visa", last4: "4242", decline: null }],
  ["pm_card_mastercard", { brand: "mastercard", last4: "4444", decline: null }],
  [
    "pm_card_chargeDeclined",
    { brand: "visa", last4: "0002", decline: declined("generic_decline") },
  ],
  [
    "pm_card_chargeDeclinedInsufficientFunds",
    {
      brand: "visa",
      last4: "9995",
      decline: declined("insufficient_funds", "Your card has insufficient funds."),
    },
  ],
  [
    "pm_card_chargeDeclinedExpiredCard",
    {
      brand: "visa",
      last4: "0069",
      decline: declined("expired_card", "Your card has expired.", "expired_card"),
    },
  ],
  [
    "pm_card_chargeDeclinedProcessingError",
    {
      brand: "visa",
      last4: "0119",
      decline: declined(
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        "processing_error",
      ),
    },
  ],
]);

/** Finds a test card. The 400 for another token repeats it only when it cannot be somebody's card number. */
export function testCard(token: string): TestCard {
  const card = CARDS.get(token);
  if (card !== undefined) return card;
  const shown = /^pm_\w{1,60}$/.test(token) && !/\d{8}/.test(token) ? `'${token}'` : "(not shown)";
  throw invalid(`No such PaymentMethod: ${shown}`, "resource_missing", "payment_method");
}
