import { expect, test } from "vitest";
import { handleRequest } from "./handle-request.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();
const JSON_TYPE = "application/json";

async function arrives(): Promise<{ buyer: Buyer; payment: Payment; body: string }> {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  return { buyer, payment, body: JSON.stringify(payment) };
}

async function expectNothingHappened({ idempotencyKey, orderId }: Payment) {
  expect(await traceOf(stack.sql, idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, orderId)).toEqual(untouched);
}

test.each<[string, Record<string, string>]>([
  ["from our own page", { "content-type": JSON_TYPE, "sec-fetch-site": "same-origin" }],
  [
    "with a charset",
    { "content-type": "application/json; charset=utf-8", "sec-fetch-site": "same-origin" },
  ],
  [
    "from our own page over plain http",
    { "content-type": JSON_TYPE, origin: "http://shop.test", host: "shop.test" },
  ],
  ["from curl, which says nothing of itself", { "content-type": JSON_TYPE }],
  ["in capitals", { "content-type": "Application/JSON" }],
])("JSON %s pays", async (_from, headers) => {
  const { buyer, payment, body } = await arrives();
  const paid = await buyer.post("checkout.pay", body, { headers });
  expect(paid.status, paid.text).toBe(200);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test.each<[string, Record<string, string>]>([
  ["from another site", { "sec-fetch-site": "cross-site", origin: "http://evil.test" }],
  [
    "from a sibling of the same site",
    { "sec-fetch-site": "same-site", origin: "http://blog.shop.test" },
  ],
  ["typed into the address bar", { "sec-fetch-site": "none" }],
  ["with Origin: null", { origin: "null", host: "shop.test" }],
  ["of another host over plain http", { origin: "http://evil.test", host: "shop.test" }],
  ["of another port over plain http", { origin: "http://shop.test:8080", host: "shop.test" }],
  [
    "that hides behind a forwarded host",
    { origin: "http://evil.test", host: "shop.test", "x-forwarded-host": "evil.test" },
  ],
])("JSON %s is 403 and does nothing", async (_from, headers) => {
  const { buyer, payment, body } = await arrives();
  const refused = await buyer.post("checkout.pay", body, {
    headers: { "content-type": JSON_TYPE, ...headers },
  });
  expect(refused.status, refused.text).toBe(403);
  expect(refused.error?.code).toBe("FORBIDDEN");
  expect(refused.headers.get("cache-control")).toBe("no-store");
  await expectNothingHappened(payment);
});

test.each([
  "text/plain",
  "text/plain; application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/octet-stream",
  "application/jsonx",
  "application/json-patch+json",
  "",
])("a body of type '%s' is 415 and does nothing", async (type) => {
  const { buyer, payment, body } = await arrives();
  const headers = {
    "content-type": type,
    "sec-fetch-site": "same-origin",
    "idempotency-key": payment.idempotencyKey,
  };
  const refused = await buyer.post("checkout.pay", body, { headers });
  expect(refused.status, refused.text).toBe(415);
  expect(refused.error?.code).toBe("UNSUPPORTED_MEDIA_TYPE");
  await expectNothingHappened(payment);
});

test("forms and files are 415 each, and never a replay of one another (trpc/trpc#7446)", async () => {
  const { buyer, payment } = await arrives();
  const headers = { "idempotency-key": payment.idempotencyKey };
  const paid = await buyer.pays(payment);
  for (const amount of ["10", "1000"]) {
    const form = new FormData();
    form.set("amount", amount);
    form.set("idempotencyKey", payment.idempotencyKey);
    const refused = await buyer.post("checkout.pay", form, { headers });
    expect(refused.status).toBe(415);
    expect(refused.text).not.toContain(payment.orderId);
  }
  expect((await buyer.post("checkout.pay", new Blob(["10"]), { headers })).status).toBe(415);
  expect((await buyer.pays(payment)).text).toBe(paid.text);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());
});

test("a GET of a mutation is 405, with or without a method override, and does nothing", async () => {
  const { buyer, payment } = await arrives();
  const headers = { "x-http-method-override": "POST", "idempotency-key": payment.idempotencyKey };
  for (const sending of [{}, { headers }]) {
    const refused = await buyer.query("checkout.pay", payment, sending);
    expect(refused.status, refused.text).toBe(405);
  }
  await expectNothingHappened(payment);
});

test("a POST that asks to be taken for a GET stays a POST", async () => {
  const { buyer, payment } = await arrives();
  const headers = { "x-http-method-override": "GET" };
  expect((await buyer.pays(payment, { headers })).status).toBe(200);
});

test.each(["PUT", "PATCH", "DELETE"])("%s of a mutation does nothing", async (method) => {
  const { payment, body } = await arrives();
  const url = "http://shop.test/api/trpc/checkout.pay";
  const init = { method, body, headers: { "content-type": JSON_TYPE } };
  const refused = await handleRequest(stack.services, new Request(url, init));
  expect(refused.status).toBe(405);
  await expectNothingHappened(payment);
});

test("the cookie is signed, httpOnly and lax; a tampered one is a stranger's", async () => {
  const first = await handleRequest(
    stack.services,
    new Request("http://shop.test/api/trpc/session.me"),
  );
  const cookie = first.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^payonce=[^;]{40,}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);

  const [value = ""] = cookie.split(";");
  const me = async (text: string) =>
    await handleRequest(
      stack.services,
      new Request("http://shop.test/api/trpc/session.me", { headers: { cookie: text } }),
    );
  expect((await me(value)).headers.has("set-cookie")).toBe(false);
  const tampered = `${value.slice(0, 60)}${value[60] === "A" ? "B" : "A"}${value.slice(61)}`;
  expect((await me(tampered)).headers.get("set-cookie")).toMatch(/^payonce=/);
});
