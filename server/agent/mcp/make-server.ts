import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { PAYMENT_METHODS } from "../../payments/provider.ts";
import type { Shop } from "./shop.ts";
import { tellAgent } from "./tell-agent.ts";

/**
 * The sentence that decides whether a model pays twice. A description that asks for a key "unique for every request"
 * makes callers mint a new one for each retry (square/square-mcp-server#31), and then no server can tell a retry from a wish.
 */
const KEY = `One UUID per decision, not per request. Make it once (make_id), write it down before the first call, and reuse it on \
every retry of this decision: after a time-out, an error, a lost connection or a restart. Use a new one only for a new decision, or when \
the answer says "Do not send this key again".`;

const key = z.uuid().describe(KEY);
const items = z
  .array(z.object({ sku: z.string(), quantity: z.number().int().min(1).max(99) }))
  .min(1)
  .max(50);

/** The shop's tools for an outside agent. Stateless: what is remembered is remembered by the shop, under the keys. */
export function makeServer(shop: Shop): McpServer {
  const server = new McpServer(
    { name: "payonce", version: "1.0.0" },
    {
      instructions:
        "A shop with pretend money. Save an order, then pay it. Whatever happens to an answer, repeat the call with the same ids: nothing is charged twice.",
    },
  );
  addOrderTools(server, shop);
  addMoneyTools(server, shop);
  return server;
}

function addOrderTools(server: McpServer, shop: Shop): void {
  server.registerTool(
    "make_id",
    {
      description:
        "Makes one new UUID, for an orderId or an idempotencyKey. Call it once per order and once per decision to pay, never between retries.",
      annotations: { readOnlyHint: true },
    },
    () => tellAgent({ kind: "answer", data: { id: uuidv7() } }),
  );
  server.registerTool(
    "list_catalogue",
    {
      description: "What the shop sells. Amounts are minor units: 999 EUR is €9.99.",
      annotations: { readOnlyHint: true },
    },
    async () => tellAgent(await shop.query("catalog.list")),
  );
  server.registerTool(
    "save_order",
    {
      description:
        "Saves an order under your own orderId and gives its total. Repeat it with the same orderId to change the draft: it stays one order.",
      inputSchema: {
        orderId: z.uuid().describe("Made once per order with make_id, kept for every later call."),
        items,
        email: z.email().optional(),
      },
      annotations: { idempotentHint: true, destructiveHint: false },
    },
    async (order) => tellAgent(await shop.mutate("orders.save", order)),
  );
}

function addMoneyTools(server: McpServer, shop: Shop): void {
  server.registerTool(
    "pay_order",
    {
      description: `Pays an order, at most once for each idempotencyKey. ${KEY} A declined card is an answer: paying it otherwise is a new decision.`,
      inputSchema: {
        idempotencyKey: key,
        orderId: z.uuid(),
        paymentMethod: z.enum(PAYMENT_METHODS.map(({ token }) => token)),
        expectedTotal: z
          .number()
          .int()
          .positive()
          .describe("The total that save_order gave, in minor units."),
      },
      annotations: { idempotentHint: true, destructiveHint: true },
    },
    async (payment) => tellAgent(await shop.mutate("checkout.pay", payment)),
  );
  server.registerTool(
    "payment_status",
    {
      description:
        "What became of an idempotencyKey. `never_seen` is no proof that nothing is under way: repeat the call with the same key instead of making a new one.",
      inputSchema: { idempotencyKey: key },
      annotations: { readOnlyHint: true },
    },
    async (of) => tellAgent(await shop.query("checkout.status", of)),
  );
  server.registerTool(
    "run_agent",
    {
      description: `Gives a goal to the shop's own agent, which plans, reserves, charges, mails and books a courier, each once for each idempotencyKey. ${KEY} A run that died is resumed by the same call.`,
      inputSchema: { idempotencyKey: key, goal: z.string().min(1).max(500) },
      annotations: { idempotentHint: true, destructiveHint: true },
    },
    async (run) => tellAgent(await shop.mutate("agent.run", run)),
  );
  server.registerTool(
    "agent_status",
    {
      description: "The steps of a run of run_agent as they are recorded now, also while it runs.",
      inputSchema: { idempotencyKey: key },
      annotations: { readOnlyHint: true },
    },
    async (of) => tellAgent(await shop.query("agent.get", of)),
  );
}
