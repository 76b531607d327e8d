import { expect, test } from "vitest";
import { checkReadiness } from "../health/check-readiness.ts";
import { booksOf, paidOnce } from "../test-kit/books.ts";
import { type Answer, Buyer, type Payment } from "../test-kit/buyer.ts";
import { payUntilDefinite } from "../test-kit/retrying-client.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { Services } from "../wiring.ts";

const stack = stackUnderTest({ instances: 2, poolMax: 5 });

/** Sends of all fences: how often the bank was really asked. */
async function sendsOf({ idempotencyKey }: Payment): Promise<number> {
  const [row] = await stack.sql<{ fence: number; asked: number }[]>`
    select fence, (select count(*)::integer from timeline_events where key = ${idempotencyKey} and point = 'before-provider') as asked
      from idempotency_keys where key = ${idempotencyKey}`;
  expect(row?.fence, "one attempt").toBe(1);
  return row?.asked ?? 0;
}

function expectSameBytesOrInProgress(answers: Answer[]) {
  const paid = answers.filter(({ status }) => status === 200);
  const others = answers.filter(({ status }) => status !== 200);
  expect(new Set(paid.map(({ text }) => text)).size).toBe(1);
  // A pool of five on a busy machine may have no connection for somebody: that too is to be asked again.
  for (const { error } of others) {
    expect(error?.idempotency).toMatchObject({ retryable: true, sameKey: true });
    expect(error?.idempotency?.code).toMatch(/^(IN_PROGRESS|STORE_UNAVAILABLE)$/);
  }
  const unserved = others.filter(
    ({ error }) => error?.idempotency?.code === "STORE_UNAVAILABLE",
  ).length;
  expect(unserved).toBeLessThanOrEqual(answers.length / 4);
  expect(paid.filter(({ headers }) => headers.get("idempotent-replayed") === "false")).toHaveLength(
    1,
  );
}

const alternately = (at: number): Services => stack.instances[at % 2] ?? stack.services;

test.each([20, 50])(
  "%i first requests at once over two instances are one attempt, one question to the bank, one charge",
  async (count) => {
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    const answers = await Promise.all(
      Array.from({ length: count }, (_, at) => buyer.pays(payment, { to: alternately(at) })),
    );
    expectSameBytesOrInProgress(answers);
    expect(await sendsOf(payment)).toBe(1);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  },
);

test("12 more, 3 ms apart, change nothing", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const answers = await Promise.all(
    Array.from({ length: 12 }, async (_, at) => {
      await new Promise((resolve) => setTimeout(resolve, 3 * at));
      return await buyer.pays(payment, { to: alternately(at) });
    }),
  );
  expectSameBytesOrInProgress(answers);
  expect(await sendsOf(payment)).toBe(1);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("20 intents at once for one order: one pays, every other is told which one it was", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const intents = Array.from({ length: 20 }, () => crypto.randomUUID());
  const outcomes = await Promise.all(
    intents.map((idempotencyKey, at) =>
      payUntilDefinite(
        buyer,
        { ...payment, idempotencyKey },
        { through: [alternately(at)], patienceMs: 10_000 },
      ),
    ),
  );
  for (const answer of outcomes.flatMap(({ answers: all }) => all))
    expect(answer.error?.idempotency?.code ?? answer.status).toBeOneOf([
      200,
      "ORDER_BUSY",
      "ORDER_PAID",
      "STORE_UNAVAILABLE",
    ]);
  const answers = outcomes.map(({ answer }) => answer);
  const winner = answers.find(({ status }) => status === 200)?.headers.get("idempotency-key");
  expect(intents).toContain(winner);
  for (const { status, error } of answers.filter((answer) => answer.status !== 200)) {
    expect(status).toBe(409);
    expect(error?.idempotency?.code).toMatch(/^ORDER_(BUSY|PAID)$/);
    expect(error?.idempotency?.intentId).toBe(winner);
  }
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("20 duplicates on a pool of 5 and a slow bank hold no connection: health answers at once (drizzle-orm#1687)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const { payments } = stack.services;
  const slowBank: Services = {
    ...stack.services,
    payments: {
      ...payments,
      async charge(request, providerKey) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        return await payments.charge(request, providerKey);
      },
    },
  };
  const startedAt = performance.now();
  const running = Promise.all(
    Array.from({ length: 20 }, () => payUntilDefinite(buyer, payment, { through: [slowBank] })),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const askedAt = performance.now();
  const checks = await checkReadiness(stack.services);
  expect(performance.now() - askedAt).toBeLessThan(500);
  expect(checks.find(({ name }) => name === "database")?.ok).toBe(true);
  const [idle] = await stack.sql<{ n: number }[]>`
    select count(*)::integer as n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`;
  expect(idle?.n).toBe(0);

  const outcomes = await running;
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(new Set(outcomes.map(({ answer }) => answer.text)).size).toBe(1);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});
