import Stripe from "stripe";
import { expect, test } from "vitest";
import { bankUnderTest, failureOf, journalOf, payment, stripeAt } from "./bank-under-test.ts";

const bank = bankUnderTest();

/** One raw POST, for the bytes and headers that the package does not show. */
async function post(orderId: string, key: string, body = formOf(orderId), url = bank.url) {
  const response = await fetch(`${url}/v1/payment_intents`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_payonce", "idempotency-key": key },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const formOf = (orderId: string, card = "pm_card_visa") =>
  new URLSearchParams({
    amount: "999",
    currency: "eur",
    payment_method: card,
    confirm: "true",
    "metadata[orderId]": orderId,
  });

test.each([
  ["success", "pm_card_visa", 200],
  ["decline", "pm_card_chargeDeclined", 402],
])("a %s is replayed byte for byte under its key, and done once", async (name, card, status) => {
  const first = await post(name, `key-${name}`, formOf(name, card));
  const again = await post(name, `key-${name}`, formOf(name, card));

  expect(first.status).toBe(status);
  expect(first.headers.has("idempotent-replayed")).toBe(false);
  expect(again).toMatchObject({ status, body: first.body });
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.headers.get("original-request")).toBe(first.headers.get("request-id"));
  expect(again.headers.get("request-id")).not.toBe(first.headers.get("request-id"));
  expect(await journalOf(bank.sql, name)).toHaveLength(1);
});

test("the order of the parameters does not make another request", async () => {
  const first = await post("order", "key-order");
  const turned = new URLSearchParams([...formOf("order")].reverse());
  expect((await post("order", "key-order", turned)).body).toBe(first.body);
});

test("a key with other parameters, or for another endpoint, is refused and runs nothing", async () => {
  const intent = await bank.stripe.paymentIntents.create(payment("o-1"), {
    idempotencyKey: "used",
  });
  const options = { idempotencyKey: "used" };
  const others = [
    () => bank.stripe.paymentIntents.create(payment("o-1", { amount: 1_000 }), options),
    () => bank.stripe.paymentIntents.create(payment("o-1", { amount: -1 }), options),
    () => bank.stripe.refunds.create({ payment_intent: intent.id }, options),
    () => bank.stripe.paymentIntents.confirm("pi_nobody", {}, options),
  ];

  for (const other of others) {
    const error = await failureOf(other());
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(error).toMatchObject({ statusCode: 400, rawType: "idempotency_error" });
  }
  expect(await journalOf(bank.sql, "o-1")).toHaveLength(1);
});

test("what validation refused has not used the key up", async () => {
  const options = { idempotencyKey: "mended" };
  expect(
    (await failureOf(bank.stripe.paymentIntents.create(payment("o-2", { amount: 0 }), options)))
      .statusCode,
  ).toBe(400);
  expect((await bank.stripe.paymentIntents.create(payment("o-2"), options)).status).toBe(
    "succeeded",
  );
});

test("fifty at once with one key are one charge: each is told of it, or that it is being done", async () => {
  const results = await Promise.all(Array.from({ length: 50 }, () => post("o-3", "fifty")));

  const answers = results.filter(({ status }) => status === 200);
  const waiting = results.filter(({ status }) => status === 409);
  expect(answers.length + waiting.length).toBe(50);
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(answers.filter(({ headers }) => !headers.has("idempotent-replayed"))).toHaveLength(1);
  for (const { body } of waiting) expect(body).toContain('"code":"idempotency_key_in_use"');
  expect(await journalOf(bank.sql, "o-3")).toHaveLength(1);
});

test("two banks on one database are one bank to a key", async () => {
  const second = await bank.another();
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      post("o-4", "two-banks", formOf("o-4"), i % 2 ? second.url : bank.url),
    ),
  );

  expect(results.every(({ status }) => status === 200 || status === 409)).toBe(true);
  const final = await post("o-4", "two-banks", formOf("o-4"), second.url);
  for (const { status, body } of results) if (status === 200) expect(body).toBe(final.body);
  expect(await journalOf(bank.sql, "o-4")).toHaveLength(1);
});

test("while the first is being done its key is in use, and other parameters are still refused", async () => {
  const slow = stripeAt(bank.url);
  const first = slow.paymentIntents.create(payment("o-5"), {
    idempotencyKey: "slow",
    headers: { "X-Bank-Fault": "delay=400" },
  });
  await new Promise((resolve) => setTimeout(resolve, 150));

  const same = await failureOf(
    bank.stripe.paymentIntents.create(payment("o-5"), { idempotencyKey: "slow" }),
  );
  expect(same).toMatchObject({ statusCode: 409, code: "idempotency_key_in_use" });
  const other = await failureOf(
    bank.stripe.paymentIntents.create(payment("o-5", { amount: 5 }), { idempotencyKey: "slow" }),
  );
  expect(other.rawType).toBe("idempotency_error");
  expect(other.statusCode).toBe(400);
  const done = await first;
  const later = await bank.stripe.paymentIntents.create(payment("o-5"), { idempotencyKey: "slow" });
  expect(later.id).toBe(done.id);
  expect(await journalOf(bank.sql, "o-5")).toHaveLength(1);
});

test("a bank that forgets keys charges again: the witness shows it", async () => {
  const amnesic = stripeAt((await bank.another({ keyLifeHours: 0 })).url);
  await amnesic.paymentIntents.create(payment("o-6"), { idempotencyKey: "forgotten" });
  await amnesic.paymentIntents.create(payment("o-6"), { idempotencyKey: "forgotten" });
  expect(await journalOf(bank.sql, "o-6")).toHaveLength(2);
});

test("a key is remembered for its life and no longer", async () => {
  const lifeMs = 600;
  const forgetful = stripeAt((await bank.another({ keyLifeHours: lifeMs / 3_600_000 })).url);
  const options = { idempotencyKey: "short-lived" };
  const first = await forgetful.paymentIntents.create(payment("o-7"), options);
  expect((await forgetful.paymentIntents.create(payment("o-7"), options)).id).toBe(first.id);
  await new Promise((resolve) => setTimeout(resolve, lifeMs + 100));

  const second = await forgetful.paymentIntents.create(payment("o-7"), options);
  expect(second.id).not.toBe(first.id);
  expect((await forgetful.paymentIntents.create(payment("o-7"), options)).id).toBe(second.id);
});

test("a key of more than 255 characters is refused", async () => {
  expect((await post("o-8", "k".repeat(256))).status).toBe(400);
  expect((await post("o-8", "k".repeat(255))).status).toBe(200);
});
