import Stripe from "stripe";
import { expect, test } from "vitest";
import { bankUnderTest, failureOf, journalOf, payment, stripeAt } from "./bank-under-test.ts";

const bank = bankUnderTest();

/** One payment under a fault, then the retry with the same key and without it. */
async function payUnder(fault: string, orderId: string) {
  const options = { idempotencyKey: `key-${orderId}` };
  const error = await failureOf(
    stripeAt(bank.url, "sk_test_payonce", 800).paymentIntents.create(payment(orderId), {
      ...options,
      headers: { "X-Bank-Fault": fault },
    }),
  );
  const charged = (await journalOf(bank.sql, orderId)).length;
  const retry = await bank.stripe.paymentIntents.create(payment(orderId), options);
  return { error, charged, retry, journal: await journalOf(bank.sql, orderId) };
}

test.each([
  ["error-before", 500],
  ["rate-limit-before", 429],
])("%s does nothing, and the retry charges", async (fault, status) => {
  const { error, charged, retry, journal } = await payUnder(fault, fault);

  expect(error.statusCode).toBe(status);
  expect(charged).toBe(0);
  expect(retry.lastResponse.headers["idempotent-replayed"]).toBeUndefined();
  expect(journal).toHaveLength(1);
});

test.each([
  ["error-after", Stripe.errors.StripeAPIError],
  ["timeout-after", Stripe.errors.StripeConnectionError],
  ["garbage-after", Stripe.errors.StripeAPIError],
])("%s charges and loses the answer, and the retry is told of the success", async (fault, kind) => {
  const { error, charged, retry, journal } = await payUnder(fault, fault);

  expect(error).toBeInstanceOf(kind);
  expect(charged).toBe(1);
  expect(retry.status).toBe("succeeded");
  expect(retry.lastResponse.headers["idempotent-replayed"]).toBe("true");
  expect(journal).toMatchObject([{ kind: "charge.succeeded", object_id: retry.latest_charge }]);
});

test("reset-after charges and resets the connection; the package asks twice by itself, the key makes it one", async () => {
  const { error, retry, journal } = await payUnder("reset-after", "reset");
  expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(journal).toMatchObject([{ object_id: retry.latest_charge }]);
});

test("delay is only slow", async () => {
  const before = performance.now();
  const intent = await bank.stripe.paymentIntents.create(payment("slow"), {
    headers: { "X-Bank-Fault": "delay=250" },
  });
  expect(performance.now() - before).toBeGreaterThan(245);
  expect(intent.status).toBe("succeeded");
});

test("a decline whose answer was lost is a decline on the retry too", async () => {
  const params = payment("lost-decline", { payment_method: "pm_card_chargeDeclined" });
  const options = { idempotencyKey: "lost-decline" };
  await failureOf(
    bank.stripe.paymentIntents.create(params, {
      ...options,
      headers: { "X-Bank-Fault": "error-after" },
    }),
  );
  const retry = await failureOf(bank.stripe.paymentIntents.create(params, options));
  expect(retry).toMatchObject({ statusCode: 402, code: "card_declined" });
  expect(await journalOf(bank.sql, "lost-decline")).toMatchObject([{ kind: "charge.failed" }]);
});

test("a look-up can meet a fault as well", async () => {
  const error = await failureOf(
    bank.stripe.charges.list({ limit: 1 }, { headers: { "X-Bank-Fault": "error-before" } }),
  );
  expect(error.statusCode).toBe(500);
});

test("an unknown fault is refused; with faults off the header means nothing", async () => {
  const options = { headers: { "X-Bank-Fault": "eror-before" } };
  expect((await failureOf(bank.stripe.charges.list({}, options))).statusCode).toBe(400);

  const strict = stripeAt((await bank.another({ faults: false })).url);
  const intent = await strict.paymentIntents.create(payment("strict"), {
    headers: { "X-Bank-Fault": "error-before" },
  });
  expect(intent.status).toBe("succeeded");
  await strict.charges.list({}, options);
});
