import { expect, test } from "vitest";
import { bankUnderTest } from "./bank-under-test.ts";
import { decodeForm, flattenForm } from "./form.ts";

const bank = bankUnderTest();

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${bank.url}/v1/payment_intents`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_payonce", ...headers },
    body,
  });

test("nested names become objects, and the last of two equal ones counts", () => {
  const form = decodeForm(
    "a=1&a=2&metadata[order%20id]=x+y&expand[]=p&expand[]=q&created%5Bgte%5D=7",
  );
  expect(flattenForm(form)).toEqual([
    ["a", "2"],
    ["created[gte]", "7"],
    ["expand[0]", "p"],
    ["expand[1]", "q"],
    ["metadata[order id]", "x y"],
  ]);
});

test("a name from an object's prototype is only a name", () => {
  const form = decodeForm("__proto__[polluted]=1&constructor=2");
  expect(flattenForm(form)).toEqual([
    ["__proto__[polluted]", "1"],
    ["constructor", "2"],
  ]);
  expect("polluted" in {}).toBe(false);
});

test.each([
  ["broken percent-encoding", "amount=%E0%A4%A"],
  ["a NUL, which Postgres cannot store", "metadata[a]=%00"],
  ["an unbalanced bracket", "metadata[a=1"],
  ["nesting without end", "a[b][c][d][e][f]=1"],
])("%s is a 400 in Stripe's form", async (_, body) => {
  const response = await post(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error" } });
});

test("a body above the limit is refused with 413 and an answer, not a cut connection", async () => {
  const response = await post(`metadata[a]=${"x".repeat(300_000)}`);
  expect(response.status).toBe(413);
  expect((await post("amount=0")).status).toBe(400);
});

test.each(["/v1/charges/%E0%A4%A", "/v1/nothing", "/"])(
  "%s is not found, and not a crash",
  async (path) => {
    const headers = { authorization: "Bearer sk_test_payonce" };
    expect((await fetch(`${bank.url}${path}`, { headers })).status).toBe(404);
  },
);

test("health needs no key", async () => {
  const response = await fetch(`${bank.url}/health`);
  expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
});

test("basic authentication with the key as the name is taken too", async () => {
  const authorization = `Basic ${Buffer.from("sk_test_payonce:").toString("base64")}`;
  expect((await post("", { authorization })).status).toBe(400);
  expect((await post("", { authorization: "Basic !!!" })).status).toBe(401);
});
