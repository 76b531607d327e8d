import { v7 as uuidv7 } from "uuid";
import { afterAll, expect, test } from "vitest";
import { openTcpProxy, type TcpProxy } from "../../db/driver/conformance/tcp-proxy.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { payUntilDefinite } from "../test-kit/retrying-client.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { Services } from "../wiring.ts";

let proxy: TcpProxy;
const stack = stackUnderTest({
  poolMax: 2,
  async throughUrl(appUrl) {
    proxy = await openTcpProxy(appUrl);
    return proxy.url;
  },
});
afterAll(() => proxy.close());

test.each([
  ["provider-unreachable@1", "RELEASED"],
  ["provider-timeout@1", "OUTCOME_UNKNOWN"],
])(
  "%s is told %s, not stored as the answer, and the same key then pays once",
  async (plan, code) => {
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    const headers = { "x-fault-plan": plan };
    expect((await buyer.pays(payment, { headers })).error?.idempotency?.code).toBe(code);
    const paid = await buyer.pays(payment, { headers });
    expect(paid.result).toMatchObject({ status: "paid" });
    expect(paid.headers.get("idempotency-attempt")).toBe("2");
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  },
);

test("an attempt that died before its commit gave no answer, and the same key then pays once", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const outcome = await payUntilDefinite(buyer, payment, { plan: "crash-before-commit@1" });
  expect(outcome.first).toBe("cut");
  expect(outcome.answer.result).toMatchObject({ status: "paid" });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a bad input is not remembered: mended, the same key pays", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  expect((await buyer.pays({ ...payment, orderId: "not-an-order" })).status).toBe(400);
  expect((await buyer.pays(payment)).result).toMatchObject({ status: "paid" });
});

test("a decline is remembered: same bytes, one submission; another card needs a new key and pays (stripe-ruby#503)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const declined = { ...payment, paymentMethod: "pm_card_chargeDeclined" };
  const first = await buyer.pays(declined);
  expect(first.result).toEqual({
    status: "declined",
    orderId: payment.orderId,
    declineCode: "generic_decline",
  });
  expect((await buyer.pays(declined)).text).toBe(first.text);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual({ ...untouched, declines: 1 });

  const anotherCard = { ...payment, idempotencyKey: uuidv7() };
  expect((await buyer.pays(anotherCard)).result).toMatchObject({ status: "paid" });
  const steps = await stack.sql<{ provider_key: string }[]>`
    select provider_key from idempotency_steps where key in (${payment.idempotencyKey}, ${anotherCard.idempotencyKey})`;
  expect(new Set(steps.map(({ provider_key }) => provider_key)).size).toBe(2);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual({ ...paidOnce(), declines: 1 });
  // The decline stays that key's answer, also now that the order is paid.
  expect((await buyer.pays(declined)).text).toBe(first.text);
});

test("a receipt whose COMMIT was never acknowledged is read again: the first caller gets it (node-postgres#1458)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  let lost: Promise<void> | undefined;
  // Each connection has met the commit's statement, or the answer that is lost is the one before it is run.
  for (let round = 0; round < 3; round += 1) {
    const before = await Promise.all(Array.from({ length: 6 }, () => buyer.saves()));
    for (const { status } of await Promise.all(before.map((other) => buyer.pays(other))))
      expect(status).toBe(200);
  }
  const losing: Services = {
    ...stack.services,
    async onEvent(event) {
      await stack.services.onEvent(event);
      if (event.point !== "before-commit") return;
      lost = proxy.loseNextAnswer();
    },
  };
  const paid = await buyer.pays(payment, { to: losing });
  expect(lost, "the commit was reached").toBeDefined();
  await lost;
  expect(paid.result, paid.text).toMatchObject({ status: "paid" });
  expect(paid.headers.get("idempotent-replayed")).toBe("false");
  const again = await buyer.pays(payment);
  expect(again.text).toBe(paid.text);
  expect(again.headers.get("idempotency-attempt")).toBe("1");
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("without its database the server pays nothing unprotected, says so at once, and heals (worldmonitor)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  await proxy.refuse();
  const startedAt = performance.now();
  const refused = await buyer.pays(payment);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(refused.status).toBe(503);
  expect(refused.error?.idempotency).toMatchObject({
    code: "STORE_UNAVAILABLE",
    retryable: true,
    sameKey: true,
  });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await buyer.pays({ ...payment, idempotencyKey: "none" })).error?.idempotency?.code).toBe(
    "KEY_INVALID",
  );
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);

  await proxy.listen();
  const { answer } = await payUntilDefinite(buyer, payment);
  expect(answer.result).toMatchObject({ status: "paid" });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});
