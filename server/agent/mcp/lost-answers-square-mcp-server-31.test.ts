import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handleMcp, handleMcpSession } from "../../edge/handle-mcp.ts";
import { handleRequest } from "../../edge/handle-request.ts";
import { publicName, sealedCookie } from "../../session/session.ts";
import { booksOf, paidOnce } from "../../test-kit/books.ts";
import { deedsOf, eachOnce } from "../../test-kit/deeds.ts";
import { serveRoutes } from "../../test-kit/serve-routes.ts";
import { stackUnderTest } from "../../test-kit/stack.ts";

// square/square-mcp-server#31: a tool that asks for a key "unique for every request" is given a new one by each retry.

const stack = stackUnderTest({ suppliers: true });
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PATIENCE_MS = 30_000;
let shop: Awaited<ReturnType<typeof serveRoutes>>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "payonce-mcp-"));
  shop = await serveRoutes({
    "/api/trpc": (request) => handleRequest(stack.services, request),
    "/api/mcp": (request) => handleMcp(stack.services, request),
    "/api/mcp/session": (request) => handleMcpSession(stack.services, request),
  });
});
afterAll(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function token(): Promise<string> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  return Object(await (await fetch(`${shop.url}/api/mcp/session`, init)).json()).token;
}

async function overHttp(bearer?: string): Promise<Transport> {
  const headers = { authorization: `Bearer ${bearer ?? (await token())}` };
  const url = new URL(`${shop.url}/api/mcp`);
  return new StreamableHTTPClientTransport(url, { requestInit: { headers } }) as Transport;
}

async function overStdio(): Promise<Transport> {
  return new StdioClientTransport({
    command: process.execPath,
    args: ["scripts/mcp.mjs"],
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", PAYONCE_URL: shop.url, DATA_DIR: folder },
  });
}

/** Drops the first answer to each different call of a tool, after the server has given it; the client hears of it at once. */
function losing(inner: Transport) {
  const lost: string[] = [];
  const line = { broke: () => {} };
  const asked = new Map<string | number, string>();
  const transport = new Proxy(inner, {
    get(target, name) {
      if (name === "send") {
        return async (message: Parameters<Transport["send"]>[0], options: object) => {
          if ("method" in message && "id" in message && message.method === "tools/call")
            asked.set(message.id, JSON.stringify(message.params?.["arguments"]));
          return await target.send(message, options);
        };
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set(target, name, value) {
      if (name !== "onmessage") return Reflect.set(target, name, value, target);
      target.onmessage = (message, extra) => {
        const call =
          "id" in message && "result" in message ? asked.get(message.id as number) : undefined;
        if (call === undefined || lost.includes(call)) return value(message, extra);
        lost.push(call);
        line.broke();
      };
      return true;
    },
  });
  return { transport, lost, line };
}

async function agentOver(transport: Transport, line = { broke: () => {} }) {
  const client = new Client({ name: "an-outside-agent", version: "1" });
  await client.connect(transport);
  const once = (name: string, args: Record<string, unknown>) => {
    const cut = new AbortController();
    line.broke = () => cut.abort(new Error("the connection broke"));
    const options = { timeout: PATIENCE_MS, signal: cut.signal };
    return client.callTool({ name, arguments: args }, undefined, options);
  };
  /** As the descriptions ask for it: the same arguments, until there is an answer. */
  async function call(
    name: string,
    args: Record<string, unknown> = {},
  ): Promise<Record<string, unknown>> {
    for (let sends = 1; sends <= 6; sends += 1) {
      const result = await once(name, args).catch(() => undefined);
      if (result && !result.isError) return Object(result.structuredContent).answer;
    }
    throw new Error(`${name} gave no answer`);
  }
  return { client, once, call, close: () => client.close() };
}

test.each([
  ["stdio", overStdio],
  ["Streamable HTTP", () => overHttp()],
])(
  "over %s, a client that loses each answer once and calls again pays once and runs once",
  async (_name, open) => {
    const { transport, lost, line } = losing(await open());
    const { call, close } = await agentOver(transport, line);
    const { id: orderId } = await call("make_id");
    const { id: idempotencyKey } = await call("make_id", { for: "the key" });
    const order = { orderId, items: [{ sku: "tea", quantity: 2 }] };
    const { total } = await call("save_order", order);
    const payment = {
      idempotencyKey,
      orderId,
      paymentMethod: "pm_card_visa",
      expectedTotal: Object(total).amount,
    };
    const paid = await call("pay_order", payment);
    expect(paid).toMatchObject({ status: "paid", amount: 1_998 });
    expect(await booksOf(stack.sql, String(orderId))).toEqual(paidOnce());

    const { id: runKey } = await call("make_id", { for: "the run" });
    const run = await call("run_agent", { idempotencyKey: runKey, goal: "Buy a mug" });
    expect(run).toMatchObject({ status: "completed" });
    expect(await deedsOf(stack.sql, String(run["orderId"]))).toEqual(eachOnce);
    expect(lost.length, "each answer was lost once").toBeGreaterThanOrEqual(5);
    expect(await call("payment_status", { idempotencyKey })).toMatchObject({
      state: "completed",
      result: paid,
    });
    await close();
  },
  90_000,
);

test("a known-bad client that mints a key for each retry of a run buys twice: the descriptions are there to prevent it", async () => {
  const { transport, line } = losing(await overHttp());
  const { once, close } = await agentOver(transport, line);
  const keys = [crypto.randomUUID(), crypto.randomUUID()];
  for (const idempotencyKey of keys)
    await once("run_agent", { idempotencyKey, goal: "Buy a tea" }).catch(() => undefined);
  const charges = await stack.sql`select 1 from charges where key in ${stack.sql(keys)}`;
  expect(charges).toHaveLength(2);
  await close();
}, 60_000);

test("a payment under a new key for each retry is refused by the order, in words that say which key to ask about", async () => {
  const { call, once, close } = await agentOver(await overHttp());
  const [orderId, first] = [crypto.randomUUID(), crypto.randomUUID()];
  await call("save_order", { orderId, items: [{ sku: "tea", quantity: 2 }] });
  const payment = { orderId, paymentMethod: "pm_card_visa", expectedTotal: 1_998 };
  await call("pay_order", { ...payment, idempotencyKey: first });
  const again = await once("pay_order", { ...payment, idempotencyKey: crypto.randomUUID() });
  expect(again.isError).toBe(true);
  expect(JSON.stringify(again.content)).toContain(
    `Ask payment_status about the key ${first} instead`,
  );
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
  await close();
});

test("every tool that takes money says how its key is reused, and a call without a key runs nothing", async () => {
  const { client, once, close } = await agentOver(await overHttp());
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    "agent_status",
    "list_catalogue",
    "make_id",
    "pay_order",
    "payment_status",
    "run_agent",
    "save_order",
  ]);
  for (const { name, description, inputSchema } of tools) {
    if (!["pay_order", "run_agent"].includes(name)) continue;
    expect(description).toContain("One UUID per decision, not per request");
    expect(description).toMatch(/reuse it on every retry/);
    expect(description).not.toMatch(/unique for every request|unique per request/i);
    expect(inputSchema.required).toContain("idempotencyKey");
  }
  for (const args of [{ goal: "Buy a tea" }, { goal: "Buy a tea", idempotencyKey: "1" }])
    expect((await once("run_agent", args)).isError).toBe(true);
  await close();
});

test("without a token, or with a damaged one, nothing is served: nobody is made another account, in which each key is new", async () => {
  const good = await token();
  for (const authorization of [undefined, "Bearer nonsense", `Bearer ${good.slice(0, -6)}AAAAAA`]) {
    const response = await fetch(`${shop.url}/api/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization && { authorization }) },
      body: "{}",
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("set-cookie")).toBeNull();
  }
  expect((await fetch(`${shop.url}/api/mcp`)).status).toBe(405);
});

test("over https without a proxy, the token is for the account of the page's own cookie", async () => {
  const account = crypto.randomUUID();
  const cookie = await sealedCookie(account, stack.services.sessionSecrets, true);
  const headers = { "content-type": "application/json", cookie };
  const asked = new Request("https://shop.test/api/mcp/session", { method: "POST", headers });
  const answer = await (await handleMcpSession(stack.services, asked)).json();
  expect(Object(answer).account).toBe(publicName(account));
});

test("a body that is not JSON, or is more than one message, is a 400, and an error of ours is not told as one", async () => {
  const authorization = `Bearer ${await token()}`;
  const post = (body: BodyInit) => {
    const init = { method: "POST", headers: { authorization }, body, duplex: "half" };
    return new Request(`${shop.url}/api/mcp`, init);
  };
  const saves = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "save_order" } };
  for (const body of ["{", "", JSON.stringify([saves, { ...saves, id: 2 }])])
    expect((await handleMcp(stack.services, post(body))).status).toBe(400);
  const ours = new SyntaxError("an error of ours");
  const breaks = new ReadableStream({ start: (line) => line.error(ours) });
  await expect(handleMcp(stack.services, post(breaks))).rejects.toBe(ours);
});

test("the stdio server is the same account after a restart, so a retry from its next life is the same payment", async () => {
  const first = await agentOver(await overStdio());
  const [orderId, idempotencyKey] = [crypto.randomUUID(), crypto.randomUUID()];
  await first.call("save_order", { orderId, items: [{ sku: "tea", quantity: 2 }] });
  const payment = { idempotencyKey, orderId, paymentMethod: "pm_card_visa", expectedTotal: 1_998 };
  const paid = await first.call("pay_order", payment);
  await first.close();
  const second = await agentOver(await overStdio());
  expect(await second.call("pay_order", payment)).toEqual(paid);
  await second.close();
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
  expect(readFileSync(join(folder, "mcp.session"), "utf8")).toMatch(/^payonce=/);
}, 60_000);
