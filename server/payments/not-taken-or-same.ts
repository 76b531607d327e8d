import Stripe from "stripe";
import { NeedsReview, NotTaken } from "../idempotency/index.ts";
import { isNoConnection } from "./is-no-connection.ts";

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
  if (isNoConnection(cause)) return new NotTaken("no connection", { cause: error });
  return error instanceof Error
    ? error
    : new Error("The provider's SDK threw no error", { cause: error });
}
