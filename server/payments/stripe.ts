import Stripe from "stripe";
import { NeedsReview, NotTaken } from "../idempotency/index.ts";
import { captured, declined } from "./charge-result.ts";
import { notTakenOrSame } from "./not-taken-or-same.ts";
import type { BankCharge, ChargeRequest, ChargeResult, PaymentProvider } from "./provider.ts";
import { stripeBooks, stripeLine } from "./stripe-books.ts";
import { LOOK_UP_MS_MIN, stripeRefunds } from "./stripe-refunds.ts";

export interface StripeOptions {
  secretKey: string;
  /** The sandbox bank's address; undefined: Stripe itself, in test mode. */
  url?: string | undefined;
  timeoutMs: number;
  /** What every request goes through; the way in for whoever wants to watch or disturb it. */
  fetch?: typeof fetch | undefined;
  /** False: an unclear answer stays unclear, as with most code that people write. */
  looksUp?: boolean | undefined;
}

/**
 * The provider over the official SDK. Its own retries are off, so that one layer retries; the SDK's fetch client
 * is used because its Node client resends by itself after ECONNRESET even then.
 */
export function stripeProvider({
  secretKey,
  url,
  timeoutMs,
  fetch: through,
  looksUp = true,
}: StripeOptions): PaymentProvider {
  const at = url === undefined ? undefined : new URL(url);
  const stripe = new Stripe(secretKey, {
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(through ?? fetch),
    ...(at && {
      host: at.hostname,
      port: at.port,
      protocol: at.protocol === "https:" ? "https" : "http",
    }),
  });

  return {
    async charge(request, providerKey) {
      const startedAt = performance.now();
      try {
        const intent = await stripe.paymentIntents.create(
          {
            amount: request.amount,
            currency: request.currency.toLowerCase(),
            payment_method: request.paymentMethod,
            allowed_payment_method_types: ["card"],
            confirm: true,
            transfer_group: request.account,
            metadata: {
              account: request.account,
              orderId: request.orderId,
              reference: providerKey,
            },
            expand: ["latest_charge"],
          },
          { idempotencyKey: providerKey },
        );
        const charge = intent.latest_charge;
        if (intent.status !== "succeeded" || charge === null || typeof charge === "string") {
          throw new Error(`The provider answered with status ${intent.status}`);
        }
        return captured(charge);
      } catch (error) {
        const outcome = declinedOrUnclear(error);
        if (!(outcome instanceof Error)) return outcome;
        if (outcome instanceof NotTaken || outcome instanceof NeedsReview) throw outcome;
        // One look-up in what is left of the deadline; not finding it proves nothing.
        const leftMs = timeoutMs - (performance.now() - startedAt);
        if (!looksUp || leftMs < LOOK_UP_MS_MIN) throw outcome;
        const found = await findCharge(stripe, request, providerKey, leftMs).catch(() => undefined);
        if (found === undefined) throw outcome;
        return found;
      }
    },

    findCharge: (request, providerKey) => findCharge(stripe, request, providerKey),

    ...stripeRefunds(stripe, timeoutMs),
    books: (of) => stripeBooks(stripe, of),
    findLine: (of, id) => stripeLine(stripe, of, id),

    async statement(account, orderId) {
      const charges: BankCharge[] = [];
      for await (const charge of ofAccount(stripe, account))
        if (
          charge.status === "succeeded" &&
          (orderId === undefined || charge.metadata["orderId"] === orderId)
        )
          charges.push(bankCharge(charge));
      return charges.reverse();
    },
  };
}

async function findCharge(
  stripe: Stripe,
  request: ChargeRequest,
  providerKey: string,
  timeout?: number,
): Promise<ChargeResult | undefined> {
  const isIt = (charge: Stripe.Charge) =>
    charge.status === "succeeded" && charge.metadata["reference"] === providerKey;
  // The newest come first, and all pages of a faithful buyer may take longer than a lease.
  for await (const charge of ofAccount(stripe, request.account, timeout))
    if (isIt(charge)) return captured(charge);
  return undefined;
}

function ofAccount(stripe: Stripe, account: string, timeout?: number) {
  return stripe.charges.list(
    { transfer_group: account, limit: 100 },
    timeout === undefined ? {} : { timeout: Math.floor(timeout) },
  );
}

function bankCharge(charge: Stripe.Charge): BankCharge {
  return {
    chargeId: charge.id,
    orderId: charge.metadata["orderId"] ?? "",
    amount: charge.amount,
    refunded: charge.amount_refunded,
    currency: charge.currency.toUpperCase(),
    status: charge.amount_refunded === 0 ? "succeeded" : "refunded",
    at: new Date(charge.created * 1000).toISOString(),
  };
}

function declinedOrUnclear(error: unknown): ChargeResult | Error {
  // Only a documented decline is final. A 402 of any other kind is not one.
  if (error instanceof Stripe.errors.StripeCardError) {
    return declined(error.code, error.decline_code);
  }
  return notTakenOrSame(error);
}
