import { readFileSync } from "node:fs";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { type Deeds, deedsOf, eachOnce } from "../../test-kit/deeds.ts";
import { stackUnderTest } from "../../test-kit/stack.ts";
import { subAccount } from "../sub-account.ts";
import { runWithoutSteps, type TwinTools } from "./agent-without-steps.ts";

const stack = stackUnderTest({ suppliers: true });

class Died extends Error {}

/** One run that dies where it is told to, and is resumed until it ends. */
async function livesOf(
  dying: { what: "effect" | "next"; index: number } | undefined,
  goals = ["Buy a tea"],
  orderId: string = uuidv7(),
) {
  const run = { account: subAccount(uuidv7(), "twin"), runId: uuidv7(), orderId };
  let dead = false;
  const at: TwinTools["at"] = async (what, index) => {
    if (dead || what !== dying?.what || index !== dying.index) return;
    dead = true;
    throw new Died();
  };
  const { db, payments, agent } = stack.services;
  for (let life = 0; ; life += 1) {
    const goal = goals[Math.min(life, goals.length - 1)] ?? "";
    try {
      await runWithoutSteps({ db, payments, agent, at }, { ...run, goal });
      return await deedsOf(stack.sql, orderId);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
  }
}

const EFFECTS: (keyof Deeds)[] = ["reserved", "charges", "mails", "bookings"];

test("without a death the twin looks as right as the agent", async () => {
  expect(await livesOf(undefined)).toEqual(eachOnce);
});

test.each(EFFECTS.map((effect, index) => ({ effect, index })))(
  "the twin that dies after its effect $effect does it a second time",
  async ({ effect, index }) => {
    expect(await livesOf({ what: "effect", index })).toEqual({ ...eachOnce, [effect]: 2 });
  },
);

test.each(EFFECTS.slice(0, -1).map((effect, index) => ({ effect, index })))(
  "and so does the one that dies between its effect $effect and the note of it, when the next begins",
  async ({ effect, index }) => {
    expect(await livesOf({ what: "next", index })).toEqual({ ...eachOnce, [effect]: 2 });
  },
);

test("its plan is asked for again: it reserves one thing and charges for another", async () => {
  const orderId = uuidv7();
  await livesOf({ what: "effect", index: 1 }, ["Buy a tea", "Buy a kettle"], orderId);
  const charges = await stack.sql`
    select amount from bank.journal where kind = 'charge.succeeded' and order_id = ${orderId} order by id`;
  expect(charges.map(({ amount }) => amount)).toEqual([999, 4_800]);
});

test("its guilty lines are marked, for the page that shows them", () => {
  const source = readFileSync(new URL("./agent-without-steps.ts", import.meta.url), "utf8");
  const [, guilty = ""] = /\/\/ cause: S1\n([\s\S]*?)\/\/ end\n/.exec(source) ?? [];
  expect(guilty).toContain("randomUUID()");
});
