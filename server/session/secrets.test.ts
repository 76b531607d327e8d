import { expect, test, vi } from "vitest";
import { handleMcp, handleMcpSession } from "../edge/handle-mcp.ts";
import { handleRequest } from "../edge/handle-request.ts";
import { booksOf, noTrace, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { Services } from "../wiring.ts";
import { makeAgentToken, readAgentToken } from "./agent-token.ts";
import { openSession, sealedCookie } from "./session.ts";
import type { Secrets } from "./seal.ts";

const stack = stackUnderTest();
const NEW = "the-session-secret-of-the-week-after-this-one";

const under = (sessionSecrets: Secrets): Services => ({ ...stack.services, sessionSecrets });

async function arrives() {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  return { buyer, payment, old: stack.services.sessionSecrets[0] };
}

/** A payment whose cookie the test holds itself. */
async function paysWith(services: Services, cookie: string, payment: Payment): Promise<Response> {
  const headers = { "content-type": "application/json", cookie };
  const init = { method: "POST", headers, body: JSON.stringify(payment) };
  return await handleRequest(services, new Request("http://shop.test/api/trpc/checkout.pay", init));
}

test("while a secret is changed nobody becomes another: the old cookie pays under its key, and is given again under the new secret", async () => {
  const { buyer, payment, old } = await arrives();
  const changing = under([NEW, old]);
  const answer = await buyer.pays(payment, { to: changing });
  expect(answer.result).toMatchObject({ status: "paid" });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect(await openSession(cookie, [NEW], false)).toEqual({
    account: buyer.account,
    setCookie: undefined,
    lost: false,
  });
  const again = await paysWith(under([NEW]), cookie, payment);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(again.headers.has("set-cookie")).toBe(false);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(paidOnce());

  const token = `Bearer ${await makeAgentToken(buyer.account, [old])}`;
  expect(await readAgentToken(token, [NEW, old])).toBe(buyer.account);
  expect(await readAgentToken(token, [NEW])).toBeUndefined();
});

test("an agent's token opens no session, and a session's cookie is no agent's token", async () => {
  const { account } = await Buyer.arrives(stack.services);
  const secrets: Secrets = [NEW];
  const token = await makeAgentToken(account, secrets);
  for (const [name, https] of [
    ["payonce", false],
    ["__Host-payonce", true],
  ] as const) {
    const opened = await openSession(`${name}=${token}`, secrets, https);
    expect(opened.lost).toBe(true);
    expect(opened.account).not.toBe(account);
    const [, sealed] = (await sealedCookie(account, secrets, https)).split("=");
    expect(await readAgentToken(`Bearer ${sealed}`, secrets)).toBeUndefined();
  }
});

test("an agent's token ends: after 30 days it is 401 and does nothing, and the account's cookie makes a new one", async () => {
  const { services } = stack;
  const { account } = await Buyer.arrives(services);
  const secrets = services.sessionSecrets;
  const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const asks = (token: string) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const init = { method: "POST", headers, body: ping };
    return handleMcp(services, new Request("http://shop.test/api/mcp", init));
  };
  const madeDaysAgo = async (days: number) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - days * 86_400_000 });
    return await makeAgentToken(account, secrets).finally(() => vi.useRealTimers());
  };
  expect((await asks(await madeDaysAgo(29))).status).toBe(200);
  const ended = await asks(await madeDaysAgo(30));
  expect(ended.status).toBe(401);
  expect(await ended.text()).toContain("Nothing was done");

  const cookie = await sealedCookie(account, secrets, false);
  const headers = { cookie, "content-type": "application/json" };
  const init = { method: "POST", headers, body: "{}" };
  const url = "http://shop.test/api/mcp/session";
  const { token } = Object(await (await handleMcpSession(services, new Request(url, init))).json());
  expect(await readAgentToken(`Bearer ${token}`, secrets)).toBe(account);
  expect((await asks(token)).status).toBe(200);
});

test("a cookie that cannot be read any more runs nothing: 401, no row, and no new account to come back with", async () => {
  const { buyer, payment } = await arrives();
  const gone = under([NEW]);
  const { idempotencyKey, orderId } = payment;
  const run = { idempotencyKey, goal: "tea for two" };
  const cart = { orderId, items: [{ sku: "tea", quantity: 2 }] };
  for (const refused of [
    await buyer.pays(payment, { to: gone }),
    await buyer.mutate("agent.run", run, { to: gone }),
    // What a page that stands there asks by itself gives it no other account either, and leaves no rows of one behind.
    await buyer.query("agent.get", { idempotencyKey }, { to: gone }),
    await buyer.mutate("orders.save", cart, { to: gone }),
  ]) {
    expect(refused.status).toBe(401);
    expect(refused.message).toContain("did nothing");
    expect(refused.headers.has("set-cookie")).toBe(false);
  }
  expect(await traceOf(stack.sql, payment.idempotencyKey)).toEqual(noTrace);
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
  // Whoever asks who he is, is told, as a stranger is; a page load asks that.
  const me = await buyer.query("session.me", undefined, { to: gone });
  expect(me.headers.get("set-cookie")).toMatch(/^payonce=/);
  expect((await buyer.pays(payment)).status).toBe(200);
});
