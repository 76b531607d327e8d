import Stripe from "stripe";
import { NeedsReview, NotTaken } from "../idempotency/index.ts";
import { notTakenOrSame } from "./not-taken-or-same.ts";
import type { PaymentProvider, RefundRequest, RefundResult } from "./provider.ts";

/** A look-up that is given less would only be cut off. */
export const LOOK_UP_MS_MIN = 100;

/** Documented, and the provider's last word: less is left of the charge than was asked for. */
const REFUSALS: readonly unknown[] = ["charge_already_refunded", "amount_too_large"];

/** The half of the port that gives money back. */
export function stripeRefunds(
  stripe: Stripe,
  timeoutMs: number,
): Pick<PaymentProvider, "refund" | "findRefund"> {
  return {
    async refund(request, providerKey) {
      const startedAt = performance.now();
      const { account, orderId, chargeReference: charge, amount } = request;
      const metadata = { account, orderId, reference: providerKey };
      try {
        const how = { idempotencyKey: providerKey };
        return refunded(await stripe.refunds.create({ charge, amount, metadata }, how));
      } catch (error) {
        const outcome = refusedOrUnclear(error);
        if (outcome instanceof NotTaken || outcome instanceof NeedsReview) throw outcome;
        // A refusal may be our own refund's doing, where the provider has forgotten the key of an earlier send: then it is
        // found by its reference. An unclear answer is looked up in what is left of the deadline; not finding proves nothing.
        const leftMs = timeoutMs - (performance.now() - startedAt);
        const find = () =>
          findRefund(stripe, request, providerKey, Math.max(leftMs, LOOK_UP_MS_MIN));
        if (!(outcome instanceof Error)) return (await find()) ?? outcome;
        const found = leftMs < LOOK_UP_MS_MIN ? undefined : await find().catch(() => undefined);
        if (found === undefined) throw outcome;
        return found;
      }
    },

    findRefund: (request, providerKey) => findRefund(stripe, request, providerKey),
  };
}

async function findRefund(
  stripe: Stripe,
  { chargeReference: charge }: RefundRequest,
  providerKey: string,
  timeout?: number,
): Promise<RefundResult | undefined> {
  const within = timeout === undefined ? {} : { timeout: Math.floor(timeout) };
  for await (const refund of stripe.refunds.list({ charge, limit: 100 }, within)) {
    if (refund.metadata?.["reference"] === providerKey && isMade(refund)) return refunded(refund);
  }
  return undefined;
}

/** Stripe calls a refund that is on its way to the card `pending`: it has left the balance. */
export function isMade({ status }: Stripe.Refund): boolean {
  return status === "succeeded" || status === "pending";
}

function refunded(refund: Stripe.Refund): RefundResult {
  if (!isMade(refund)) throw new Error(`The provider answered with status ${refund.status}`);
  return { status: "refunded", providerReference: refund.id, amount: refund.amount };
}

function refusedOrUnclear(error: unknown): RefundResult | Error {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return notTakenOrSame(error);
  if (REFUSALS.includes(error.code)) return { status: "refused", reason: String(error.code) };
  return new NeedsReview(`the provider refuses this refund: ${error.code ?? "invalid request"}`, {
    cause: error,
  });
}
