import Stripe from "stripe";
import { expect, test } from "vitest";
import { NeedsReview, NotTaken } from "../idempotency/index.ts";
import { notTakenOrSame } from "./not-taken-or-same.ts";

/** What the SDK makes of an answer with this status. */
async function thrownAt(status: number, type = "invalid_request_error"): Promise<unknown> {
  const body = JSON.stringify({ error: { type, message: "no" } });
  const answer = async () =>
    new Response(body, { status, headers: { "content-type": "application/json" } });
  const stripe = new Stripe("sk_test_x", {
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(answer),
  });
  return await stripe.paymentIntents
    .create({ amount: 1, currency: "eur" })
    .catch((error: unknown) => error);
}

test.each([400, 401, 403, 429])("%i is refused before anything is taken", async (status) => {
  expect(notTakenOrSame(await thrownAt(status))).toBeInstanceOf(NotTaken);
});

test.each([409, 500, 503])("%i says nothing of what happened", async (status) => {
  const told = notTakenOrSame(await thrownAt(status));
  expect(told).not.toBeInstanceOf(NotTaken);
  expect(told).not.toBeInstanceOf(NeedsReview);
});

test("400 for another request under this key waits for a person", async () => {
  expect(notTakenOrSame(await thrownAt(400, "idempotency_error"))).toBeInstanceOf(NeedsReview);
});
