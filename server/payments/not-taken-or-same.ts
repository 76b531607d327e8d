import Stripe from "stripe";
import { codeOf, NeedsReview, NotTaken } from "../idempotency/index.ts";

const NO_CONNECTION = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Nothing was taken when no connection was made, or when the provider refuses before it begins (429). */
export function notTakenOrSame(error: unknown): Error {
  if (error instanceof Stripe.errors.StripeIdempotencyError) {
    return new NeedsReview("the provider says that this key had another request", { cause: error });
  }
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return new NotTaken("rate limited", { cause: error });
  const cause = error instanceof Stripe.errors.StripeConnectionError ? error.detail : error;
  const code = codeOf(cause);
  if (code !== undefined && NO_CONNECTION.has(code))
    return new NotTaken("no connection", { cause: error });
  return error instanceof Error
    ? error
    : new Error("The provider's SDK threw no error", { cause: error });
}
