import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { handleRequest } from "../edge/handle-request.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { accountTag } from "./session.ts";

const stack = stackUnderTest({ suppliers: true });

/** What a page of `payment`'s buyer sends by itself, or at a press of somebody who still looks at it. */
function callsOf({ orderId, idempotencyKey, ...rest }: Payment, chargeId: string) {
  return [
    ["orders.get", { orderId }],
    ["checkout.status", { idempotencyKey }],
    ["orders.save", { orderId, items: [{ sku: "tea", quantity: 2 }] }],
    ["checkout.pay", { idempotencyKey, orderId, ...rest }],
    ["refunds.create", { idempotencyKey: uuidv7(), chargeId }],
    ["agent.run", { idempotencyKey: uuidv7(), goal: "Buy a tea" }],
    ["session.me", undefined],
    ["session.leave", {}],
  ] as const;
}

const queries = /\.(get|status|me)$/;

async function paid() {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const { result } = await buyer.pays(payment);
  const chargeId = String(Object(result).chargeId);
  return { buyer, payment, chargeId, page: { "x-account-tag": accountTag(buyer.account) } };
}

async function rowsOf(account: string): Promise<number> {
  const [row] = await stack.sql<{ rows: number }[]>`
    select (select count(*) from orders where account = ${account})::integer
         + (select count(*) from idempotency_keys where account = ${account})::integer
         + (select count(*) from timeline_arrivals where account = ${account})::integer
         + (select count(*) from rate_buckets where bucket = ${account})::integer as rows`;
  return row?.rows ?? Number.NaN;
}

test("a page that stands there while its session becomes another account's sends nothing as that one: 401, no row, no order, no second charge", async () => {
  const { payment, chargeId, page } = await paid();
  const next = await Buyer.arrives(stack.services);
  for (const [procedure, input] of callsOf(payment, chargeId)) {
    const refused = queries.test(procedure)
      ? await next.query(procedure, input, { headers: page })
      : await next.mutate(procedure, input, { headers: page });
    expect([procedure, refused.status, refused.error?.code]).toEqual([
      procedure,
      401,
      "UNAUTHORIZED",
    ]);
    expect(refused.message).toContain("did nothing");
    expect(refused.headers.has("set-cookie")).toBe(false);
  }
  expect(await rowsOf(next.account)).toBe(0);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a page whose cookie is gone is given no new account to send its payment under", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const headers = {
    "content-type": "application/json",
    "x-account-tag": accountTag(buyer.account),
  };
  const cart = { orderId: payment.orderId, items: [{ sku: "tea", quantity: 2 }] };
  for (const [procedure, body] of [
    ["orders.save", cart],
    ["checkout.pay", payment],
  ] as const) {
    const url = `http://shop.test/api/trpc/${procedure}`;
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await handleRequest(stack.services, new Request(url, init));
    expect(response.status).toBe(401);
    expect(response.headers.has("set-cookie")).toBe(false);
  }
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
  expect(await stack.sql`select 1 from orders where order_id = ${payment.orderId}`).toHaveLength(1);
});

test("the 401 uses no key up: with its own cookie again the page is answered as before, and a client that names no account is served as ever", async () => {
  const { buyer, payment, page } = await paid();
  const again = await buyer.pays(payment, { headers: page });
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  const open = await buyer.saves();
  expect((await (await Buyer.arrives(stack.services)).pays(open, { headers: page })).status).toBe(
    401,
  );
  expect((await buyer.pays(open, { headers: page })).result).toMatchObject({ status: "paid" });
  expect((await buyer.pays(payment)).headers.get("idempotent-replayed")).toBe("true");
});

test("a tag that is doubled, empty or no tag at all is another account's", async () => {
  const { buyer, payment } = await paid();
  const own = accountTag(buyer.account);
  for (const tag of ["", `${own}, ${own}`, own.slice(1), buyer.account])
    expect((await buyer.pays(payment, { headers: { "x-account-tag": tag } })).status).toBe(401);
});
