import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { NeedsReview } from "../idempotency/index.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, refundBooksOf } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { RefundRequest } from "./provider.ts";

const stack = stackUnderTest({
  leaves: "refunds that are asked for past the package, so that nobody books them",
});

async function request(amount: number): Promise<RefundRequest> {
  const buyer = await Buyer.arrives(stack.services);
  const { orderId, chargeId } = await buysTea(buyer);
  const [charge] = await stack.sql<{ reference: string }[]>`
    select provider_reference as reference from charges where charge_id = ${chargeId}`;
  const chargeReference = charge?.reference ?? "";
  return { account: buyer.account, orderId, chargeId, chargeReference, amount, currency: "EUR" };
}

test("a bank that forgot our key refuses the second send of a refund that it made: found by its reference, it is that refund", async () => {
  const { payments } = stack.services;
  const wanted = await request(1_998);
  const key = `refund-${uuidv7()}`;
  const first = await payments.refund(wanted, key);
  expect(first).toMatchObject({ status: "refunded", amount: 1_998 });
  await stack.sql`delete from bank.answers`;
  expect(await payments.refund(wanted, key)).toEqual(first);
  expect(await payments.findRefund(wanted, key)).toEqual(first);
  expect(await refundBooksOf(stack.sql, wanted.orderId)).toMatchObject({
    returns: 1,
    returned: 1_998,
  });
});

test("more than is left is the bank's refusal, and another refund's reference does not soften it", async () => {
  const { payments } = stack.services;
  const wanted = await request(1_000);
  await payments.refund(wanted, `refund-${uuidv7()}`);
  const more = { ...wanted, amount: 999 };
  expect(await payments.refund(more, `refund-${uuidv7()}`)).toEqual({
    status: "refused",
    reason: "amount_too_large",
  });
  expect(await payments.refund({ ...wanted, amount: 998 }, `refund-${uuidv7()}`)).toMatchObject({
    status: "refunded",
  });
});

test("a refund of a charge that the bank does not have is for a person: our frozen request was wrong", async () => {
  const wanted = { ...(await request(1)), chargeReference: "ch_nobody_has_this" };
  const asked = stack.services.payments.refund(wanted, `refund-${uuidv7()}`);
  await expect(asked).rejects.toBeInstanceOf(NeedsReview);
});
