import type Stripe from "stripe";
import { expect, test } from "vitest";
import { bankUnderTest, failureOf, journalOf, payment } from "./bank-under-test.ts";

const bank = bankUnderTest();

async function paid(orderId: string, amount = 1_000): Promise<Stripe.PaymentIntent> {
  return bank.stripe.paymentIntents.create(payment(orderId, { amount }));
}

test("a refund of a part is taken off the charge and booked where the charge was", async () => {
  const intent = await paid("o-1");
  const refund = await bank.stripe.refunds.create({
    payment_intent: intent.id,
    amount: 300,
    metadata: { reference: "refund-1" },
  });

  expect(refund).toMatchObject({
    object: "refund",
    amount: 300,
    status: "succeeded",
    payment_intent: intent.id,
  });
  const charge = await bank.stripe.charges.retrieve(String(intent.latest_charge));
  expect(charge).toMatchObject({ amount_refunded: 300, refunded: false, amount_captured: 1_000 });
  expect(await journalOf(bank.sql, "o-1")).toMatchObject([
    { kind: "charge.succeeded", amount: 1_000 },
    { kind: "refund.succeeded", amount: 300, account: "account-of-o-1", reference: "refund-1" },
  ]);
  expect(await bank.stripe.refunds.retrieve(refund.id)).toMatchObject({
    id: refund.id,
    amount: 300,
  });
});

test("without an amount all that is left goes back, and then nothing more", async () => {
  const intent = await paid("o-2");
  await bank.stripe.refunds.create({ payment_intent: intent.id, amount: 400 });
  expect((await bank.stripe.refunds.create({ charge: String(intent.latest_charge) })).amount).toBe(
    600,
  );

  const charge = await bank.stripe.charges.retrieve(String(intent.latest_charge));
  expect(charge.refunded).toBe(true);
  const error = await failureOf(bank.stripe.refunds.create({ payment_intent: intent.id }));
  expect(error).toMatchObject({ statusCode: 400, code: "charge_already_refunded" });
});

test("more than is left is refused, and the refusal stays with its key", async () => {
  const intent = await paid("o-3");
  const ask = () =>
    bank.stripe.refunds.create(
      { payment_intent: intent.id, amount: 1_001 },
      { idempotencyKey: "too-much" },
    );
  const first = await failureOf(ask());
  const again = await failureOf(ask());

  expect(first).toMatchObject({ statusCode: 400, code: "amount_too_large", param: "amount" });
  expect(again.message).toBe(first.message);
  expect(again.headers?.["idempotent-replayed"]).toBe("true");
});

test("however many run at once, refunds never add up to more than was captured", async () => {
  const intent = await paid("o-4");
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, () =>
      bank.stripe.refunds.create({ payment_intent: intent.id, amount: 150 }),
    ),
  );

  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
  for (const result of results) {
    if (result.status === "rejected") expect(result.reason.code).toBe("amount_too_large");
  }
  const refunded = (await journalOf(bank.sql, "o-4")).filter(
    ({ kind }) => kind === "refund.succeeded",
  );
  expect(refunded.reduce((sum, { amount }) => sum + amount, 0)).toBe(900);
  const charge = await bank.stripe.charges.retrieve(String(intent.latest_charge));
  expect(charge.amount_refunded).toBe(900);
});

test("refunds at once without an amount give the money back once", async () => {
  const intent = await paid("o-5");
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => bank.stripe.refunds.create({ payment_intent: intent.id })),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("one key at once and again is one refund", async () => {
  const intent = await paid("o-6");
  const ask = () =>
    bank.stripe.refunds.create({ payment_intent: intent.id }, { idempotencyKey: "once" });
  await Promise.allSettled(Array.from({ length: 20 }, ask));
  const refund = await ask();

  expect(refund.amount).toBe(1_000);
  const refunds = await bank.stripe.refunds.list({ payment_intent: intent.id });
  expect(refunds.data.map(({ id }) => id)).toEqual([refund.id]);
});

test("what was not taken cannot be given back", async () => {
  const made = await bank.stripe.paymentIntents.create(payment("o-7", { confirm: false }));
  expect(
    (await failureOf(bank.stripe.refunds.create({ payment_intent: made.id }))).statusCode,
  ).toBe(400);
  const declined = await failureOf(
    bank.stripe.paymentIntents.create(payment("o-8", { payment_method: "pm_card_chargeDeclined" })),
  );
  const charge = String(declined.payment_intent?.latest_charge);
  expect((await failureOf(bank.stripe.refunds.create({ charge }))).statusCode).toBe(400);
  const nobody = await failureOf(bank.stripe.refunds.create({ payment_intent: "pi_nobody" }));
  expect(nobody).toMatchObject({ code: "resource_missing", param: "payment_intent" });
  expect((await failureOf(bank.stripe.refunds.create({}))).statusCode).toBe(400);
});
