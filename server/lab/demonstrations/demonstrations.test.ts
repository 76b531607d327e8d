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
  "mark-as-sent": ["sendReceipt", "sendReceipt"],
  events: ["takeEvent"],
  steps: ["agent.run"],
  atomicity: ["Idempotent and atomic"],
};

test("every pattern is there, in its order, with the code that runs and its wrong twin, read from their files", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const patterns = (await buyer.query("lab.patterns")).result as DescribedPattern[];
  expect(patterns.map(({ id }) => id)).toEqual(PATTERNS.filter((id) => id in SOUND));
  for (const { production, twin, aside } of patterns) {
    const lines = production.map((source) => source.lines.length);
    expect(Math.max(...lines)).toBeGreaterThan(3);
    for (const { lines: shown } of [...production, ...(aside?.code ?? []), twin])
      expect(shown.join("")).not.toBe("");
    expect(twin.lines.length).toBeGreaterThan(1);
  }
});

test("each pattern says its rule and its limit, and shows the statement that decides", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const patterns = (await buyer.query("lab.patterns")).result as DescribedPattern[];
  for (const { rule, limit } of patterns) {
    expect(rule).toMatch(/\.$/);
    expect(limit).toMatch(/\.$/);
  }
  const code = (id: string) =>
    patterns.find((one) => one.id === id)?.production.flatMap(({ lines }) => lines);
  expect(code("key")?.join("\n")).toMatch(/insert into idempotency_keys[^]+on conflict/);
  expect(code("mark-as-sent")?.join("\n")).toMatch(
    /update receipts[^]+sent_at is null[^]+update receipts set sent_at/,
  );
  expect(code("events")?.join("\n")).toMatch(
    /insert into webhook_inbox[^]+from done[^]+on conflict/,
  );
  const fence = patterns.flatMap(({ aside }) => aside?.code ?? []).flatMap(({ lines }) => lines);
  expect(fence.join("\n")).toMatch(/fence = \$3[^]+update idempotency_keys/);
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
  expect(await journalOf(buyer.account)).toBe(1);
  expect(await journalOf(`${buyer.account}~naive`)).toBe(3);
});

test("two senders at once are one mail, and two for the twin; a death before the mark is two mails for both, one Message-ID for ours", async () => {
  const buyer = await Buyer.arrives(stack.services);
  await buyer.mutate("lab.demonstrate", { id: "mark-as-sent" });
  expect(await mailboxOf(buyer.account)).toEqual([
    { mails: 1, ids: 1 },
    { mails: 2, ids: 1 },
  ]);
  expect(await mailboxOf(`${buyer.account}~receipt-twin`)).toEqual([
    { mails: 2, ids: 2 },
    { mails: 2, ids: 2 },
  ]);
  // The sender that was turned away has not touched the row.
  const receipts = await stack.sql`
    select attempts, sent_at is not null as sent from receipts where account = ${buyer.account} order by attempts`;
  expect(receipts[0]).toEqual({ attempts: 1, sent: true });
});

test("every delivery of the event is told, the refused ones too, and only one of them had an effect", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const [ours, theirs] = (await buyer.mutate("lab.demonstrate", { id: "events" })).result as Side[];
  const answers = ours?.tables[0]?.rows.map(([, answer]) => answer) ?? [];
  expect(answers[0]).toBe("died before its commit");
  expect(answers.slice(-2)).toEqual(["settled", "repeated"]);
  expect(new Set(answers.slice(1, -2)).size).toBeLessThan(2);
  expect(ours?.sentence).toContain(`Delivered ${answers.length} times`);
  const [books] = await stack.sql`
    select (select count(*)::integer from webhook_inbox where account = ${buyer.account}) as inbox,
           (select count(*)::integer from receipts where account = ${buyer.account}) as receipts`;
  expect(books).toEqual({ inbox: 1, receipts: 1 });
  expect(await journalOf(buyer.account)).toBe(1);
  expect(theirs?.tables[0]?.rows.map(([, receipts]) => receipts)).toEqual(["0", "2"]);
});

test("the second life of the agent looks the first one's charge up and sends none; the twin's charges again", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const [ours] = (await buyer.mutate("lab.demonstrate", { id: "steps" })).result as Side[];
  const [first, second, ...more] = ours?.tables[1]?.rows ?? [];
  expect(first?.slice(0, 2)).toEqual(["1", "charge"]);
  expect(second).toEqual(["2", "look up", first?.[2], first?.[3]]);
  expect(more).toEqual([]);
  expect(await journalOf(buyer.account)).toBe(1);
  expect(await journalOf(`${buyer.account}~agent-twin`)).toBe(2);
});

test("of the four only the idempotent and atomic one agrees with the bank, and the sentence of each is what was counted", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const sides = (await buyer.mutate("lab.demonstrate", { id: "atomicity" })).result as Side[];
  const after = sides.map(({ tables }) => tables[0]?.rows[1]?.slice(1).join(" "));
  expect(after).toEqual(["2 2 1", "2 1 1", "1 1 1", "1 1 1"]);
  expect(sides[0]?.sentence).toContain("paid 2 times. The books have 2 payments and 1 receipt:");
  const rows = await stack.sql`
    select variant, count(*) filter (where kind = 'payment')::integer || ' ' || count(*) filter (where kind = 'receipt')::integer as n
      from lab_effects where account = ${buyer.account} group by variant`;
  expect(Object.fromEntries(rows.map(({ variant, n }) => [variant, n]))).toEqual({
    neither: "2 1",
    "atomic-only": "1 1",
    "idempotent-only": "1 1",
    both: "1 1",
  });
});

test("a pattern that nobody knows is refused", async () => {
  const buyer = await Buyer.arrives(stack.services);
  expect((await buyer.mutate("lab.demonstrate", { id: "../secrets" })).status).toBe(400);
});

/** Captures in the bank's own journal. */
async function journalOf(account: string): Promise<number> {
  const [row] = await stack.sql`
    select count(*)::integer as n from bank.journal where account = ${account} and kind = 'charge.succeeded'`;
  return Number(row?.["n"]);
}

/** Of each order what the mail server was handed. */
async function mailboxOf(account: string): Promise<{ mails: number; ids: number }[]> {
  const rows = await stack.sql<{ mails: number; ids: number }[]>`
    select count(*)::integer as mails, count(distinct message_id)::integer as ids
      from mailbox where account = ${account} group by order_id order by 1, 2`;
  return rows.map((row) => ({ ...row }));
}
