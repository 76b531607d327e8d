import { expect, test } from "vitest";
import { Buyer } from "../../test-kit/buyer.ts";
import { stackUnderTest } from "../../test-kit/stack.ts";
import { PATTERNS, type Side } from "./demonstration.ts";
import type { DescribedPattern } from "./list.ts";

const stack = stackUnderTest({ suppliers: true });

/** The sides whose promise holds, by pattern; every other side has to be broken, or it would teach the wrong thing. */
const SOUND: Record<string, string[]> = {
  key: ["checkout.pay"],
  upsert: ["orders.save"],
  "mark-as-sent": ["sendReceipt"],
  events: ["takeEvent"],
  steps: ["agent.run"],
  atomicity: ["Idempotent and atomic"],
};

test("every pattern is there, in its order, with the code that runs and its wrong twin, read from their files", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const patterns = (await buyer.query("lab.patterns")).result as DescribedPattern[];
  expect(patterns.map(({ id }) => id)).toEqual(PATTERNS.filter((id) => id in SOUND));
  for (const { production, twin } of patterns) {
    expect(production.lines.length).toBeGreaterThan(3);
    expect(twin.lines.length).toBeGreaterThan(1);
  }
});

test.each(Object.keys(SOUND))(
  "%s, broken on purpose: production keeps its promise, and every wrong twin is seen to break it",
  async (id) => {
    const buyer = await Buyer.arrives(stack.services);
    const shown = await buyer.mutate("lab.demonstrate", { id });
    expect(shown.status, shown.text).toBe(200);
    const sides = shown.result as Side[];
    expect(sides.filter(({ holds }) => holds).map(({ name }) => name)).toEqual(SOUND[id]);
    expect(sides.length).toBeGreaterThanOrEqual(2);
    for (const { tables } of sides) expect(tables[0]?.rows.length).toBeGreaterThan(0);
  },
);

test("a paid order survives the old tab and the stranger; under the twin it is theirs and a draft again", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const [ours, theirs] = (await buyer.mutate("lab.demonstrate", { id: "upsert" })).result as Side[];
  expect(ours?.tables[0]?.rows).toEqual([
    ["Ben", "1 kettle", "paid"],
    ["a stranger", "5 mug", "draft"],
  ]);
  expect(theirs?.tables[0]?.rows).toEqual([["a stranger", "5 mug", "draft"]]);
});

test("three sends with a key are one charge and one answer; without a key they are three", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const [ours, theirs] = (await buyer.mutate("lab.demonstrate", { id: "key" })).result as Side[];
  expect(ours?.tables[0]?.rows).toHaveLength(1);
  expect(new Set(ours?.tables[1]?.rows.map(([, sha]) => sha)).size).toBe(1);
  expect(theirs?.tables[0]?.rows).toHaveLength(3);
});

test("a pattern that nobody knows is refused", async () => {
  const buyer = await Buyer.arrives(stack.services);
  expect((await buyer.mutate("lab.demonstrate", { id: "../secrets" })).status).toBe(400);
});
