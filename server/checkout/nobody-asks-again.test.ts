import { afterAll, beforeAll, expect, test } from "vitest";
import { handleRequest } from "../edge/handle-request.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { isSeen } from "../test-kit/faults-seen.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest({ instances: 2, timings: "test" });
let stopCompleters: (() => Promise<void>)[];
beforeAll(() => {
  // Two workers: any number of them may look for the same orphans.
  stopCompleters = stack.instances.map(startCompleter);
});
afterAll(() => Promise.all(stopCompleters.map((stop) => stop())));

async function stateOf(buyer: Buyer, { idempotencyKey }: Payment): Promise<unknown> {
  return Object((await buyer.query("checkout.status", { idempotencyKey })).result).state;
}

/**
 * A payment whose only arrival met the fault, and when that one set out, as `performance.now()`. A busy shop may have no
 * connection left for an arrival: one that met nothing proves nothing, and there is another order.
 */
async function leftBehind(buyer: Buyer, fault: string): Promise<[Payment, startedAt: number]> {
  for (let orders = 1; orders <= 20; orders += 1) {
    const payment = await buyer.saves();
    const startedAt = performance.now();
    await buyer.pays(payment, { headers: { "x-fault-plan": fault } }).catch(() => undefined);
    if (await isSeen(stack.sql, payment.idempotencyKey, fault)) return [payment, startedAt];
  }
  throw new Error(`None of 20 arrivals met ${fault}`);
}

test.concurrent.for([
  "crash-after-claim",
  "crash-before-provider",
  "crash-after-provider",
  "crash-before-commit",
  "provider-timeout",
  "provider-error",
  "database-drop-before-commit",
])(
  "%s, and the client is gone for good: paid once, within lease + 5 s, by the completer alone",
  async (fault, { expect }) => {
    const buyer = await Buyer.arrives(stack.services);
    const [payment, startedAt] = await leftBehind(buyer, fault);
    const timeout = stack.services.timings.leaseMs + 5_000;
    await expect.poll(() => stateOf(buyer, payment), { timeout, interval: 50 }).toBe("completed");
    expect(performance.now() - startedAt).toBeLessThan(timeout);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());

    // Weeks later somebody presses the button again after all.
    const again = await buyer.pays(payment);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(Number(again.headers.get("idempotency-attempt"))).toBeGreaterThan(1);
    expect(again.result).toMatchObject({ status: "paid", orderId: payment.orderId });
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  },
);

test("a client that died before its claim left nothing behind, and nobody pays in its name", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  await buyer
    .pays(payment, { headers: { "x-fault-plan": "crash-before-claim" } })
    .catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 3 * stack.services.timings.completerMs));
  expect(await stateOf(buyer, payment)).toBe("never_seen");
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
});

test("a client that hangs up undoes nothing: its attempt ends, records, and the retry is a replay (dotnet-starter-kit#1333)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const signal = new AbortController();
  const running = handleRequest(
    stack.services,
    buyer.request(
      "checkout.pay",
      payment,
      { "x-fault-plan": "stall-after-provider=300@1" },
      signal.signal,
    ),
  );
  await expect
    .poll(() => traceOf(stack.sql, payment.idempotencyKey))
    .toEqual({ keys: 1, steps: 1 });
  signal.abort();
  await running;
  expect(await stateOf(buyer, payment)).toBe("completed");
  const again = await buyer.pays(payment);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.headers.get("idempotency-attempt")).toBe("1");
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});
