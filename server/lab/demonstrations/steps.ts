import { v7 as uuidv7 } from "uuid";
import { orderOf } from "../../agent/order-of.ts";
import { type Outside, readOutside } from "../../agent/read-outside.ts";
import { run } from "../../agent/run.ts";
import { STEPS } from "../../agent/steps.ts";
import type { PaymentProvider } from "../../payments/provider.ts";
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
  rule: "Record each step before the next one begins.",
  limit:
    "A death before the record asks again, so the other system needs a key, or a way to look it up.",
  breaks: "Die after the charge",
  production: [
    {
      file: "server/idempotency/take-step.ts",
      name: "ask",
      says: "What was sent before is looked up first. It is sent, under the same key, only where nothing was found.",
    },
    {
      file: "server/agent/run.ts",
      name: "run",
      says: "The steps have names. A recorded one is told from its record.",
    },
  ],
  twin: { file: "server/lab/twins/agent-without-steps.ts" },
  home: "agent.run",
  page: { href: "/agent", name: "Run the agent, crash it, resume it" },
  run: (stage) => Promise.all([production(stage), twin(stage)]),
};

class Died extends Error {}

async function production({ ctx }: Stage): Promise<Side> {
  const intent = { account: ctx.account, key: uuidv7(), input: run.input.parse({ goal: GOAL }) };
  const limits = { ...ctx.limits, leaseMs: LEASE_MS };
  const first: Asked[] = [];
  let die = () => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  const dying: typeof ctx.onEvent = async (event) => {
    await ctx.onEvent(event);
    if (event.point !== "after-provider" || event.step !== "charge") return;
    die();
    await new Promise(() => {});
  };
  const life = runOperation(
    { ...ctx, limits, onEvent: dying, payments: watched(ctx.payments, first) },
    run,
    intent,
  );
  await Promise.race([life, death]);
  const second: Asked[] = [];
  const taken = new Set<string>();
  const resumed: typeof ctx = {
    ...ctx,
    limits,
    payments: watched(ctx.payments, second),
    async onEvent(event) {
      if (event.point === "before-provider" && event.step) taken.add(event.step);
      await ctx.onEvent(event);
    },
  };
  const { attempt } = await runOperation(resumed, run, intent);
  const outside = await readOutside(ctx, ctx.account, orderOf(intent.account, intent.key));
  const recorded = STEPS.filter((name) => !taken.has(name)).join(" and ");
  return {
    name: "agent.run",
    holds: outside.charges === 1 && outside.reservations === 1 && outside.bookings === 1,
    sentence: `Life ${attempt} found ${recorded || "nothing"} recorded and did not do it again. ${saidOf(first, second)} ${outside.charges} charge in the journal.`,
    tables: [tableOf(outside), askedOf([first, second])],
  };
}

/** One call to the bank, and what it said. */
interface Asked {
  call: "charge" | "look up";
  key: string;
  told: string;
}

function watched(payments: PaymentProvider, asked: Asked[]): PaymentProvider {
  return {
    ...payments,
    async charge(request, key) {
      const result = await payments.charge(request, key);
      const told = result.status === "captured" ? result.providerReference : result.status;
      asked.push({ call: "charge", key, told });
      return result;
    },
    async findCharge(request, key) {
      const found = await payments.findCharge(request, key);
      const told = found?.status === "captured" ? found.providerReference : "nothing found";
      asked.push({ call: "look up", key, told });
      return found;
    },
  };
}

function saidOf([sent]: Asked[], second: Asked[]): string {
  const sends = second.filter(({ call }) => call === "charge").length;
  const wasShown = second.some(
    ({ call, key, told }) => call === "look up" && key === sent?.key && told === sent.told,
  );
  const after = sends === 0 ? "sent nothing" : `sent ${sends} more`;
  return wasShown
    ? `It asked the bank what had become of the first life's key, was shown that charge, and ${after}.`
    : `It was not shown the first life's charge, and ${after}.`;
}

function askedOf(lives: Asked[][]): Rows {
  return {
    title: "What each life asked the bank",
    columns: ["life", "asked", "under the key", "answer"],
    rows: lives.flatMap((asked, at) =>
      asked.map(({ call, key, told }) => [String(at + 1), call, key.slice(0, 10), told]),
    ),
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
