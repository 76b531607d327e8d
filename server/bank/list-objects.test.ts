import { expect, test } from "vitest";
import { bankUnderTest, failureOf, payment } from "./bank-under-test.ts";

const bank = bankUnderTest();

test("paging shows every charge of a group once, newest first, although all were made in one second", async () => {
  const made: string[] = [];
  for (let i = 0; i < 25; i++) {
    const intent = await bank.stripe.paymentIntents.create(
      payment(`o-${i}`, { transfer_group: "group" }),
    );
    made.unshift(String(intent.latest_charge));
  }
  await bank.stripe.paymentIntents.create(payment("other", { transfer_group: "another-group" }));

  const listed = await bank.stripe.charges
    .list({ transfer_group: "group", limit: 7 })
    .autoPagingToArray({ limit: 1_000 });
  expect(listed.map(({ id }) => id)).toEqual(made);

  const first = await bank.stripe.charges.list({ transfer_group: "group" });
  expect(first).toMatchObject({ object: "list", has_more: true, url: "/v1/charges" });
  expect(first.data).toHaveLength(10);
  const last = await bank.stripe.charges.list({
    transfer_group: "group",
    limit: 5,
    starting_after: String(made[19]),
  });
  expect(last.has_more).toBe(false);
  expect(last.data).toHaveLength(5);
});

test("declined charges are listed too, and say so", async () => {
  await failureOf(
    bank.stripe.paymentIntents.create(
      payment("declined", {
        transfer_group: "declines",
        payment_method: "pm_card_chargeDeclinedInsufficientFunds",
      }),
    ),
  );
  const { data } = await bank.stripe.charges.list({ transfer_group: "declines" });
  expect(data).toMatchObject([
    {
      status: "failed",
      paid: false,
      amount_captured: 0,
      outcome: { reason: "insufficient_funds" },
    },
  ]);
});

test("intents are found by time and customer, with their charges when asked", async () => {
  const paid = await bank.stripe.paymentIntents.create(payment("c-1", { customer: "cus_1" }));
  const made = await bank.stripe.paymentIntents.create(
    payment("c-2", { customer: "cus_1", confirm: false }),
  );
  const { data } = await bank.stripe.paymentIntents.list({
    customer: "cus_1",
    created: { gte: paid.created, lte: made.created },
    expand: ["data.latest_charge"],
  });

  expect(data.map(({ id }) => id)).toEqual([made.id, paid.id]);
  expect(data.map(({ latest_charge }) => latest_charge)).toMatchObject([
    null,
    { object: "charge", paid: true },
  ]);
  const later = await bank.stripe.paymentIntents.list({
    customer: "cus_1",
    created: { gt: made.created },
  });
  expect(later.data).toEqual([]);
  const retrieved = await bank.stripe.paymentIntents.retrieve(paid.id, {
    expand: ["latest_charge"],
  });
  expect(retrieved.latest_charge).toMatchObject({ object: "charge", payment_intent: paid.id });
});

test("a cursor, a limit or a filter that cannot be is refused", async () => {
  const cursor = await failureOf(bank.stripe.charges.list({ starting_after: "ch_nobody" }));
  expect(cursor).toMatchObject({
    statusCode: 400,
    code: "resource_missing",
    param: "starting_after",
  });
  expect((await failureOf(bank.stripe.charges.list({ limit: 101 }))).param).toBe("limit");
  expect((await failureOf(bank.stripe.refunds.list({ expand: ["data.charge"] }))).statusCode).toBe(
    400,
  );
  expect((await failureOf(bank.stripe.rawRequest("GET", "/v1/nothing"))).statusCode).toBe(404);
});
