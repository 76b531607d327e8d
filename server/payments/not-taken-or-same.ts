import Stripe from "stripe";
import { codeOf, NeedsReview, NotTaken } from "../idempotency/index.ts";

const NO_CONNECTION = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Wrong parameters, a wrong secret, too many requests: the provider refuses before it begins. */
const REFUSED_WHOLE: readonly unknown[] = [400, 401, 403, 429];

/** Nothing was taken when no connection was made, or when the provider refuses before it begins. */
export function notTakenOrSame(error: unknown): Error {
  if (error instanceof Stripe.errors.StripeIdempotencyError) {
    return new NeedsReview("the provider says that this key had another request", { cause: error });
  }
  if (error instanceof Stripe.errors.StripeError && REFUSED_WHOLE.includes(error.statusCode))
    return new NotTaken(`refused (${error.statusCode})`, { cause: error });
  const cause = error instanceof Stripe.errors.StripeConnectionError ? error.detail : error;
  const code = codeOf(cause);
  if (code !== undefined && NO_CONNECTION.has(code))
    return new NotTaken("no connection", { cause: error });
  return error instanceof Error
    ? error
    : new Error("The provider's SDK threw no error", { cause: error });
}
