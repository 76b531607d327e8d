import { v7 as uuidv7 } from "uuid";
import { orderOf } from "../../agent/order-of.ts";
import { type Outside, readOutside } from "../../agent/read-outside.ts";
import { run } from "../../agent/run.ts";
import { runOperation } from "../../trpc/operation.ts";
import { subAccount } from "../sub-account.ts";
import { runWithoutSteps } from "../twins/agent-without-steps.ts";
import type { Demonstration, Rows, Side, Stage } from "./demonstration.ts";

const GOAL = "Buy a kettle";
/** Of the life that dies; the next one has to wait for its end. A step at a supplier takes 10 ms. */
const LEASE_MS = 1_500;

/** Pattern 5. The bank has charged, and the process dies before it has written that down. */
export const steps: Demonstration = {
  id: "steps",
  title: "Steps of an agent",
  story:
    "Emil's assistant buys for him: it plans, reserves, pays, mails and books the courier. It dies right after the bank has charged, and is started again.",
  breaks: "Die after the charge",
  production: { file: "server/agent/run.ts", name: "run" },
  twin: { file: "server/lab/twins/agent-without-steps.ts" },
  home: "agent.run",
  page: { href: "/agent", name: "Run the agent, crash it, resume it" },
  run: (stage) => Promise.all([production(stage), twin(stage)]),
};

class Died extends Error {}

async function production({ ctx }: Stage): Promise<Side> {
  const intent = { account: ctx.account, key: uuidv7(), input: run.input.parse({ goal: GOAL }) };
  const limits = { ...ctx.limits, leaseMs: LEASE_MS };
  let die = () => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  const dying: typeof ctx.onEvent = async (event) => {
    await ctx.onEvent(event);
    if (event.point !== "after-provider" || event.step !== "charge") return;
    die();
    await new Promise(() => {});
  };
  const life = runOperation({ ...ctx, limits, onEvent: dying }, run, intent);
  await Promise.race([life, death]);
  const { attempt } = await runOperation({ ...ctx, limits }, run, intent);
  const outside = await readOutside(ctx, ctx.account, orderOf(intent.account, intent.key));
  return {
    name: "agent.run",
    holds: outside.charges === 1 && outside.reservations === 1 && outside.bookings === 1,
    sentence: `Life ${attempt} found "plan" and "reserve" recorded and did not do them again. It asked the bank with the same key as the first life, and got the same charge: ${outside.charges} in the journal.`,
    tables: [tableOf(outside)],
  };
}

async function twin({ ctx }: Stage): Promise<Side> {
  const account = subAccount(ctx.account, "agent-twin");
  const orderId = uuidv7();
  const life = { account, runId: uuidv7(), orderId, goal: GOAL };
  const { db, payments, agent } = ctx;
  const tools = { db, payments, agent };
  await runWithoutSteps(
    {
      ...tools,
      async at(what, index) {
        if (what === "effect" && index === 1) throw new Died();
      },
    },
    life,
  ).catch((error: unknown) => {
    if (!(error instanceof Died)) throw error;
  });
  await runWithoutSteps({ ...tools, at: async () => {} }, life);
  const outside = await readOutside(ctx, account, orderId);
  return {
    name: "A list and an index",
    holds: outside.charges === 1,
    sentence: `The second life went on from the index that was noted, and charged again: ${outside.charges} charges in the journal.`,
    tables: [tableOf(outside)],
  };
}

function tableOf({ reservations, charges, mails, bookings }: Outside): Rows {
  return {
    title: "By the books of those who did it",
    columns: ["reserved", "charged", "mailed", "booked"],
    rows: [[reservations, charges, mails, bookings].map(String)],
  };
}
