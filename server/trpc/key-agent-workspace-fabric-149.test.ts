import fc from "fast-check";
import { v1, v4, v7 } from "uuid";
import { expect, test } from "vitest";
import { expectHeaders, rowOf } from "../test-kit/answer-row.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { type Answer, Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();

const GOOD = "0198c0de-7a11-7abc-8def-0123456789ab";
const BAD: [what: string, key: unknown][] = [
  ["empty", ""],
  ["missing", undefined],
  ["null", null],
  ["a number", 7],
  ["an array of one key", [GOOD]],
  ["a UUID one character short", GOOD.slice(0, -1)],
  ["a UUID one character long", `${GOOD}0`],
  ["256 characters", "a".repeat(256)],
  ["4,096 characters", "a".repeat(4_096)],
  ["version 1", v1()],
  ["nil", "00000000-0000-0000-0000-000000000000"],
  ["in braces", `{${GOOD}}`],
  ["as URN", `urn:uuid:${GOOD}`],
  ["without hyphens", GOOD.replaceAll("-", "")],
  ["quoted in the input", `"${GOOD}"`],
  ["with a space after it", `${GOOD} `],
  ["with NUL in it", `${GOOD.slice(0, 35)}\u0000`],
  ["with NUL after it", `${GOOD}\u0000`],
];

async function countKeys(): Promise<number> {
  const [row] = await stack.sql<{ n: number }[]>`
    select (select count(*) from idempotency_keys)::integer + (select count(*) from timeline_arrivals)::integer as n`;
  return row?.n ?? -1;
}

function expectKeyInvalid(answer: Answer) {
  expect(answer.status, answer.text).toBe(400);
  expect(rowOf(answer)).toMatchObject({
    trpc: "BAD_REQUEST",
    code: "KEY_INVALID",
    retryable: false,
    sameKey: true,
    retryAfter: null,
    attempt: null,
  });
  expect(answer.headers.has("idempotent-replayed")).toBe(false);
  expect(answer.headers.get("cache-control")).toBe("no-store");
}

test.each(BAD)(
  "a key that is %s is KEY_INVALID, and not one row is written",
  async (_what, key) => {
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    const before = await countKeys();
    expectKeyInvalid(await buyer.mutate("checkout.pay", { ...payment, idempotencyKey: key }));
    expect(await countKeys()).toBe(before);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
  },
);

test.each<[string, (key: string) => string]>([
  ["another key", () => v7()],
  ["no key at all", () => ""],
  ["the key twice", (key) => `${key}, ${key}`],
  ["the key with half its quotes", (key) => `"${key}`],
  ["the key in braces", (key) => `{${key}}`],
])("a header that says %s than the input is KEY_INVALID", async (_what, header) => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const before = await countKeys();
  const headers = { "idempotency-key": header(payment.idempotencyKey) };
  expectKeyInvalid(await buyer.mutate("checkout.pay", payment, { headers }));
  expect(await countKeys()).toBe(before);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
});

test("a key in the header alone is KEY_INVALID: the input is what is retried", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { idempotencyKey, ...input } = await buyer.saves();
  const before = await countKeys();
  const headers = { "idempotency-key": idempotencyKey };
  expectKeyInvalid(await buyer.mutate("checkout.pay", input, { headers }));
  expect(await countKeys()).toBe(before);
});

test("upper case, quoted in the header, version 4: the same key, told back in its plain form", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = { ...(await buyer.saves()), idempotencyKey: v4() };
  const first = await buyer.pays(payment);
  const shouted = { ...payment, idempotencyKey: payment.idempotencyKey.toUpperCase() };
  for (const header of [payment.idempotencyKey, shouted.idempotencyKey]) {
    const headers = { "idempotency-key": `"${header}"` };
    const again = await buyer.pays(shouted, { headers });
    expect(again.text).toBe(first.text);
    expectHeaders(again, payment, true);
  }
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("NUL in orderId is 400, leaves no row, and the key still pays (zenml-io/kitaru#927)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  for (const orderId of [`${payment.orderId}\u0000`, "\u0000", "a\u0000b"]) {
    const refused = await buyer.pays({ ...payment, orderId });
    expect(refused.status, refused.text).toBe(400);
    expect(refused.error?.code).toBe("BAD_REQUEST");
    expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
    expect(
      (await buyer.mutate("orders.save", { orderId, items: [{ sku: "tea", quantity: 1 }] })).status,
    ).toBe(400);
  }
  expect((await buyer.pays(payment)).status).toBe(200);
});

test("whatever text is sent as a key, it is a canonical UUID or KEY_INVALID, never a 500", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string({ unit: "binary" }), fc.uuid({ version: [1, 3, 5, 6] })),
      async (key) => {
        expectKeyInvalid(await buyer.mutate("checkout.pay", { ...payment, idempotencyKey: key }));
      },
    ),
    { numRuns: 150 },
  );
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
});
