import { expect, test } from "vitest";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer, paymentOf } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();
const BYTES_MAX = 64 * 1024;
const headers = { "content-type": "application/json" };

/** The same request, made longer by white space after it: JSON does not mind. */
function padded(value: unknown, bytes: number): string {
  const text = JSON.stringify(value);
  return text + " ".repeat(bytes - Buffer.byteLength(text));
}

/** Without a content-length, and without an end unless somebody counts. */
function endless(pulled: { bytes: number }): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      pulled.bytes += 16_384;
      if (pulled.bytes > 12_000_000) controller.close();
      else controller.enqueue(new Uint8Array(16_384).fill(0x20));
    },
  });
}

test("65,536 bytes pass, 65,537 are 413 and the key stays unused", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const refused = await buyer.post("checkout.pay", padded(payment, BYTES_MAX + 1), { headers });
  expect(refused.status).toBe(413);
  expect(refused.error?.code).toBe("PAYLOAD_TOO_LARGE");
  expect(refused.headers.get("cache-control")).toBe("no-store");
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);

  const paid = await buyer.post("checkout.pay", padded(payment, BYTES_MAX), { headers });
  expect(paid.status, paid.text).toBe(200);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("12 MB in chunks are refused without being read to their end", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const pulled = { bytes: 0 };
  const refused = await buyer.post("checkout.pay", endless(pulled), { headers });
  expect(refused.status).toBe(413);
  expect(pulled.bytes).toBeLessThan(4 * BYTES_MAX);
});

test("a content-length that lies about a small body is refused by its word", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const lying = { ...headers, "content-length": "12000000" };
  const refused = await buyer.post("checkout.pay", JSON.stringify(payment), { headers: lying });
  expect(refused.status).toBe(413);
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
});

test.each(["{", "", "[]", "null", '"text"', "7"])(
  "the body %s is a 400 that used no key up",
  async (body) => {
    const buyer = await Buyer.arrives(stack.services);
    const refused = await buyer.post("checkout.pay", body, { headers });
    expect(refused.status, refused.text).toBe(400);
    expect(refused.error?.code).toMatch(/BAD_REQUEST|PARSE_ERROR/);
  },
);

test("two payments in one batch are 400 KEY_INVALID, and nothing ran (apollo-client#10715)", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payments = [await buyer.saves(), await buyer.saves()];
  const paths = [
    "checkout.pay,checkout.pay?batch=1",
    "checkout.pay?batch=1",
    "checkout.pay,checkout.pay",
    "checkout.status,checkout.pay?batch=1",
    "orders.save,checkout.pay?batch=1",
  ];
  for (const path of paths) {
    for (const key of [{}, { "idempotency-key": payments[0]?.idempotencyKey ?? "" }]) {
      const refused = await buyer.post(path, JSON.stringify({ ...payments }), {
        headers: { ...headers, ...key },
      });
      expect(refused.status, path).toBe(400);
      expect(refused.error?.idempotency).toEqual({
        code: "KEY_INVALID",
        retryable: false,
        sameKey: true,
      });
    }
  }
  for (const payment of payments) {
    expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
  }
});

test("two payments in one tick, sent as two requests, are two charges under their own keys", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payments = [await buyer.saves(), await buyer.saves()];
  const answers = await Promise.all(payments.map((payment) => buyer.pays(payment)));
  for (const [at, payment] of payments.entries()) {
    expect(answers[at]?.headers.get("idempotency-key")).toBe(payment.idempotencyKey);
    expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
  }
});

test("a batch of queries has at most 10; 2,000 are 400", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const batch = async (calls: number) =>
    await buyer.query(`${Array(calls).fill("session.me").join(",")}?batch=1&input=%7B%7D`);
  expect((await batch(11)).status).toBe(400);
  expect((await batch(2_000)).status).toBe(400);
  const encoded = Array(2_000).fill("session.me").join("%2C");
  expect((await buyer.query(`${encoded}?batch=1&input=%7B%7D`)).status).toBe(400);
});

test.each(["checkout%2Epay", "%63heckout.pay"])(
  "%s is checkout.pay: limited, counted and told like it",
  async (path) => {
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    const { idempotencyKey, orderId } = payment;
    expect((await buyer.mutate(path, payment)).result).toMatchObject({ status: "paid" });
    expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
    const lines = (await buyer.query("timeline.list", { idempotencyKey })).result;
    expect(lines).toContainEqual(expect.objectContaining({ point: "arrived", arrival: 1 }));

    await empty(buyer);
    expect((await buyer.mutate(path, payment)).status).toBe(429);
  },
);

test("a body with a byte-order mark is limited, counted and told like any other, or does nothing", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  await empty(buyer);
  for (const marks of ["\uFEFF", "\uFEFF\uFEFF"]) {
    const sent = await buyer.post("checkout.pay", marks + JSON.stringify(payment), { headers });
    expect(sent.status, sent.text).toBe(400);
    expect(sent.error?.code).toBe("PARSE_ERROR");
  }
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
});

test.each(["checkout.pay/", "/checkout.pay", "checkout%252Epay", "checkout.pay%00", "%E0%A4%A"])(
  "the path %s is no procedure: 404, and no trace of it",
  async (path) => {
    const buyer = await Buyer.arrives(stack.services);
    const payment = await buyer.saves();
    expect((await buyer.mutate(path, payment)).status).toBe(404);
    expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  },
);

/** No token for an hour. */
async function empty({ account }: Buyer): Promise<void> {
  await stack.sql`insert into rate_buckets (bucket, tokens, updated_at) values (${account}, 0, clock_timestamp() + interval '1 hour')
    on conflict (bucket) do update set tokens = 0, updated_at = excluded.updated_at`;
}

test("an account over its limit slows nobody else down", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const other = await Buyer.arrives(stack.services);
  await empty(buyer);
  expect((await buyer.pays(paymentOf((await buyer.saves()).orderId, 1_998))).status).toBe(429);
  expect((await other.pays(await other.saves())).status).toBe(200);
});
