import Stripe from "stripe";
import { expect, test } from "vitest";
import { bankUnderTest, failureOf, journalOf, payment, stripeAt } from "./bank-under-test.ts";

const bank = bankUnderTest();

test("a confirmed payment is charged, and the charge carries the order's labels", async () => {
  const intent = await bank.stripe.paymentIntents.create(
    { ...payment("o-1"), expand: ["latest_charge"] },
    { idempotencyKey: "key-1" },
  );

  expect(intent).toMatchObject({ status: "succeeded", amount_received: 999, livemode: false });
  expect(intent.id).toMatch(/^pi_\w{24}$/);
  expect(Math.abs(intent.created - Date.now() / 1000)).toBeLessThan(60);
  expect(intent.latest_charge).toMatchObject({
    object: "charge",
    status: "succeeded",
    paid: true,
    captured: true,
    amount_captured: 999,
    payment_intent: intent.id,
    transfer_group: "account-of-o-1",
    metadata: { orderId: "o-1", reference: "ref-o-1" },
    payment_method_details: { card: { brand: "visa", last4: "4242" } },
  });
  expect(intent.lastResponse.requestId).toMatch(/^req_/);
  expect(await journalOf(bank.sql, "o-1")).toMatchObject([
    { kind: "charge.succeeded", amount: 999, account: "account-of-o-1", reference: "ref-o-1" },
  ]);
});

test.each([
  ["pm_card_chargeDeclined", "card_declined", "generic_decline"],
  ["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
  ["pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"],
])(
  "%s is a card error with 402, takes nothing and is in the journal",
  async (token, code, declineCode) => {
    const error = await failureOf(
      bank.stripe.paymentIntents.create(payment(token, { payment_method: token })),
    );

    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({
      statusCode: 402,
      rawType: "card_error",
      code,
      decline_code: declineCode,
    });
    expect(error.payment_intent).toMatchObject({
      status: "requires_payment_method",
      amount_received: 0,
    });
    expect(await journalOf(bank.sql, token)).toMatchObject([
      { kind: "charge.failed", amount: 999 },
    ]);
  },
);

test.each([
  ["an unknown card", { payment_method: "pm_card_nobody" }, "resource_missing", "payment_method"],
  ["no amount", { amount: undefined }, "parameter_missing", "amount"],
  ["zero", { amount: 0 }, "parameter_invalid_integer", "amount"],
  ["a negative amount", { amount: -999 }, "parameter_invalid_integer", "amount"],
  ["a fraction of a cent", { amount: 9.99 }, "parameter_invalid_integer", "amount"],
  ["more than Stripe takes", { amount: 100_000_000 }, "amount_too_large", "amount"],
  ["another currency", { currency: "usd" }, "parameter_invalid_string", "currency"],
  ["upper-case currency", { currency: "EUR" }, "parameter_invalid_string", "currency"],
  ["no card to confirm with", { payment_method: undefined }, "parameter_missing", "payment_method"],
  ["a misspelt parameter", { transferGroup: "x" }, "parameter_unknown", "transferGroup"],
])("%s is refused with 400 and leaves no trace", async (name, change, code, param) => {
  const params: Record<string, unknown> = { ...payment(name), ...change };
  const before = await bank.sql`select count(*) from bank.payment_intents`;
  const error = await failureOf(
    bank.stripe.rawRequest("POST", "/v1/payment_intents", defined(params)),
  );

  expect(error).toMatchObject({ statusCode: 400, rawType: "invalid_request_error", code, param });
  expect(await bank.sql`select count(*) from bank.payment_intents`).toEqual(before);
  expect(await journalOf(bank.sql, name)).toEqual([]);
});

test("a card number is refused and not repeated", async () => {
  const error = await failureOf(
    bank.stripe.paymentIntents.create(payment("o-2", { payment_method: "4242424242424242" })),
  );
  expect(error.statusCode).toBe(400);
  expect(JSON.stringify(error.raw)).not.toContain("4242");
});

test("an intent made without confirm is charged when it is confirmed, and not twice", async () => {
  const made = await bank.stripe.paymentIntents.create(payment("o-3", { confirm: false }));
  expect(made).toMatchObject({
    status: "requires_confirmation",
    latest_charge: null,
    amount_received: 0,
  });
  expect(await journalOf(bank.sql, "o-3")).toEqual([]);

  const confirms = await Promise.allSettled(
    Array.from({ length: 12 }, () => bank.stripe.paymentIntents.confirm(made.id)),
  );

  expect(confirms.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refusals = confirms.filter((result) => result.status === "rejected");
  expect(new Set(refusals.map(({ reason }) => reason.code))).toEqual(
    new Set(["payment_intent_unexpected_state"]),
  );
  expect(await journalOf(bank.sql, "o-3")).toMatchObject([{ kind: "charge.succeeded" }]);
});

test("after a decline the same intent can be paid with another card", async () => {
  const made = await bank.stripe.paymentIntents.create(
    payment("o-4", { confirm: false, payment_method: "pm_card_chargeDeclined" }),
  );
  const error = await failureOf(bank.stripe.paymentIntents.confirm(made.id));
  expect(error.statusCode).toBe(402);
  const paid = await bank.stripe.paymentIntents.confirm(made.id, {
    payment_method: "pm_card_mastercard",
  });

  expect(paid).toMatchObject({ status: "succeeded", last_payment_error: null });
  const kinds = (await journalOf(bank.sql, "o-4")).map(({ kind }) => kind);
  expect(kinds).toEqual(["charge.failed", "charge.succeeded"]);
});

test("a cancelled intent is never charged, and a paid one is never cancelled", async () => {
  const made = await bank.stripe.paymentIntents.create(payment("o-5", { confirm: false }));
  const cancelled = await bank.stripe.paymentIntents.cancel(made.id, {
    cancellation_reason: "abandoned",
  });
  expect(cancelled).toMatchObject({ status: "canceled", cancellation_reason: "abandoned" });
  expect((await failureOf(bank.stripe.paymentIntents.confirm(made.id))).code).toBe(
    "payment_intent_unexpected_state",
  );

  const paid = await bank.stripe.paymentIntents.create(payment("o-6"));
  expect((await failureOf(bank.stripe.paymentIntents.cancel(paid.id))).statusCode).toBe(400);
  expect(await journalOf(bank.sql, "o-5")).toEqual([]);
});

test("another merchant sees nothing of it, and the same key is another request there", async () => {
  const intent = await bank.stripe.paymentIntents.create(payment("o-7"), {
    idempotencyKey: "shared",
  });
  const stranger = stripeAt(bank.url, "sk_test_stranger");

  const error = await failureOf(stranger.paymentIntents.retrieve(intent.id));
  expect(error).toMatchObject({ statusCode: 404, code: "resource_missing", param: "intent" });
  expect((await stranger.charges.list({ transfer_group: "account-of-o-7" })).data).toEqual([]);
  const theirs = await stranger.paymentIntents.create(payment("o-8"), { idempotencyKey: "shared" });
  expect(theirs.id).not.toBe(intent.id);
});

test("without a test secret key there is 401 in Stripe's form, whatever is asked", async () => {
  for (const secret of ["sk_live_payonce", "pk_test_payonce"]) {
    const error = await failureOf(stripeAt(bank.url, secret).paymentIntents.retrieve("pi_1"));
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
  }
  const bare = await fetch(`${bank.url}/v1/charges`);
  expect(bare.status).toBe(401);
  expect(await bare.json()).toMatchObject({ error: { type: "invalid_request_error" } });
});

function defined(params: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}
