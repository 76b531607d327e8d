import { v7 as uuidv7 } from "uuid";
import { afterEach, expect, test } from "vitest";
import { booksOf, paidOnce, untouched } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { deedsOf, eachOnce } from "../test-kit/deeds.ts";
import { type ScriptedModel, startScriptedModel } from "../test-kit/scripted-model.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { planByModel } from "./plan-by-model.ts";
import { planByRules } from "./plan-by-rules.ts";

const stack = stackUnderTest({ suppliers: true, timings: "test" });
const models: ScriptedModel[] = [];
afterEach(async () => void (await Promise.all(models.splice(0).map((model) => model.close()))));

const TEA = JSON.stringify({ items: [{ sku: "tea", quantity: 2 }], delivery: "express" });
const KETTLE = JSON.stringify({ items: [{ sku: "kettle", quantity: 1 }] });

/** The stack with a model for its planner, as AGENT_MODEL_URL puts it in. */
async function withModel(says: Parameters<typeof startScriptedModel>[0], timeoutMs = 1_500) {
  const model = await startScriptedModel(says);
  models.push(model);
  const planner = planByModel({ url: model.url, model: "tiny-1", apiKey: "secret", timeoutMs });
  const services = { ...stack.services, agent: { ...stack.services.agent, planner } };
  const buyer = await Buyer.arrives(services);
  const key = uuidv7();
  const run = (plan?: string, goal = "Something for the office, below 60 euros") =>
    buyer.mutate(
      "agent.run",
      { idempotencyKey: key, goal },
      { ...(plan && { headers: { "x-fault-plan": plan } }) },
    );
  const get = async () => Object((await buyer.query("agent.get", { idempotencyKey: key })).result);
  const untilDone = async () => {
    await expect.poll(async () => (await run()).status, { timeout: 20_000 }).toBe(200);
    return Object((await run()).result);
  };
  return { model, buyer, run, get, untilDone };
}

test("a model plans over an OpenAI-compatible endpoint: asked with its name, its key and the goods, and priced by us", async () => {
  const { model, untilDone } = await withModel(() => `Here you are:\n\`\`\`json\n${TEA}\n\`\`\``);
  const { status, orderId, steps } = await untilDone();
  expect(status).toBe("completed");
  expect(steps[0].result).toMatchObject({ planner: "tiny-1", total: 1_998, delivery: "express" });
  expect(model.asked).toHaveLength(1);
  expect(model.asked[0]).toMatchObject({
    path: "/v1/chat/completions",
    authorization: "Bearer secret",
    body: { model: "tiny-1", messages: [{ role: "system" }, { role: "user" }] },
  });
  expect(model.asked[0]?.body.messages[1]?.content).toContain('"unitAmount":2400');
  expect(await deedsOf(stack.sql, orderId)).toEqual(eachOnce);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});

test("a planner that answers differently on resume changes nothing that was decided, and is not asked a second time", async () => {
  const { model, run, get, untilDone } = await withModel((times) => (times === 0 ? TEA : KETTLE));
  await run("crash-after-commit@1").catch(() => undefined);
  expect((await get()).recoveryPoint).toBe("plan");
  const { orderId, steps } = await untilDone();
  expect(steps[0].result.items).toEqual([{ sku: "tea", quantity: 2 }]);
  expect(model.asked).toHaveLength(1);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});

test("an answer that died before it was recorded decided nothing: asked again, the recorded one is done, and only that", async () => {
  const { model, run, untilDone } = await withModel((times) => (times === 0 ? TEA : KETTLE));
  await run("crash-after-provider@1").catch(() => undefined);
  const { orderId, steps } = await untilDone();
  expect(steps[0].result.items).toEqual([{ sku: "kettle", quantity: 1 }]);
  expect(model.asked).toHaveLength(2);
  expect(await deedsOf(stack.sql, orderId)).toEqual(eachOnce);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce(4_800));
});

test.each([
  ["no JSON at all", "I would buy some tea!"],
  ["half of it", TEA.slice(0, 20)],
  ["goods that nobody sells", '{"items":[{"sku":"gold","quantity":1}]}'],
  ["less than nothing", '{"items":[{"sku":"tea","quantity":-2}]}'],
  ["the same goods twice", '{"items":[{"sku":"tea","quantity":1},{"sku":"tea","quantity":1}]}'],
  ["a price of its own", '{"items":[{"sku":"kettle","quantity":1,"unitAmount":1}]}'],
  ["a card", '{"items":[{"sku":"tea","quantity":1}],"paymentMethod":"4242424242424242"}'],
  ["more than the goal allows", '{"items":[{"sku":"kettle","quantity":2}],"budget":99999}'],
])(
  "a model that plans %s is refused before anything is done, and told the same ever after",
  async (_what, said) => {
    const { model, buyer, run, untilDone } = await withModel(() => said);
    const { status, reason, orderId } = await untilDone();
    expect([status, reason]).toEqual(["refused", expect.any(String)]);
    expect(reason).not.toContain("4242");
    await run();
    expect(model.asked).toHaveLength(1);
    expect(await booksOf(stack.sql, orderId)).toEqual(untouched);
    expect(Object.values(await deedsOf(stack.sql, orderId))).toEqual([0, 0, 0, 0, 0]);
    expect(Object((await buyer.query("orders.get", { orderId })).error)).toMatchObject({
      code: "NOT_FOUND",
    });
  },
);

test.each([
  ["is overloaded", () => ({ status: 529 })],
  ["is late", () => new Promise<string>((resolve) => setTimeout(() => resolve(TEA), 2_500))],
])(
  "a model that %s: RELEASED, nothing was taken, and the same key may ask again",
  async (_what, says) => {
    let good = false;
    const { run, untilDone } = await withModel(() => (good ? TEA : says()));
    const first = await run();
    expect(first.error?.idempotency).toMatchObject({ code: "RELEASED", sameKey: true });
    good = true;
    expect((await untilDone()).status).toBe("completed");
  },
);

test("a model that takes longer than a lease is waited for: the step's mark renews the lease for it, and nobody else asks", async () => {
  const slow = () => new Promise<string>((resolve) => setTimeout(() => resolve(TEA), 1_600));
  const { model, run, get, untilDone } = await withModel(slow, 5_000);
  const running = run();
  await expect
    .poll(async () => (await get()).leaseLeftMs)
    .toBeGreaterThan(stack.services.limits.leaseMs * 2);
  await running;
  expect((await untilDone()).status).toBe("completed");
  expect(model.asked).toHaveLength(1);
});

test.each([
  [
    "Buy two teas and a mug, express, for at most 60 euros",
    [
      ["tea", 2],
      ["mug", 1],
    ],
    "express",
    "pm_card_visa",
  ],
  ["3 x kettle with mastercard", [["kettle", 3]], "standard", "pm_card_mastercard"],
  ["I need a Mug by tomorrow", [["mug", 1]], "express", "pm_card_visa"],
  ["tea", [["tea", 1]], "standard", "pm_card_visa"],
])("by the rules, %s", async (goal, wanted, delivery, paymentMethod) => {
  const catalogue = ["tea", "mug", "kettle"].map((sku) => ({ sku, name: sku, unitAmount: 100 }));
  expect(await planByRules.plan({ goal, catalogue })).toMatchObject({
    items: wanted.map(([sku, quantity]) => ({ sku, quantity })),
    delivery,
    paymentMethod,
  });
});
