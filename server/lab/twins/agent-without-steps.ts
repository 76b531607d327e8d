import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import { decide } from "../../agent/decide.ts";
import type { AgentTools } from "../../agent/ports.ts";
import { listProducts } from "../../orders/list-products.ts";
import type { PaymentProvider } from "../../payments/provider.ts";

export interface TwinRun {
  account: string;
  runId: string;
  orderId: string;
  goal: string;
}

export interface TwinTools {
  db: Database;
  payments: PaymentProvider;
  agent: AgentTools;
  /** Passes what happens; a process may die here. `effect`: the outside system has done it. `next`: it begins the next step. */
  at(what: "effect" | "next", index: number): Promise<void>;
}

/**
 * The wrong twin of `server/agent/run.ts`, as agents are often written: a list of calls, worked off from the index that
 * was noted last. It survives a death between two steps and looks right until it dies inside one.
 */
export async function runWithoutSteps(tools: TwinTools, run: TwinRun): Promise<string[]> {
  const calls = await planned(tools, run);
  const results = await notedResults(tools.db, run);
  for (let index = results.length; index < calls.length; index += 1) {
    // cause: S1
    // A step is its place in a list, and its result is written down when the next one begins: a death after the call
    // and before that makes the next life call again. The key is new for each call, so that nobody outside can tell.
    const result = await calls[index]?.(randomUUID());
    await tools.at("effect", index);
    results.push(String(result));
    if (index + 1 < calls.length) {
      await tools.at("next", index);
      await note(tools.db, run, index, String(result));
    }
    // end
  }
  return results;
}

/** Asked anew in every life: a planner that answers differently moves what an index means. */
async function planned({ db, payments, agent }: TwinTools, { account, orderId, goal }: TwinRun) {
  const request = { goal, catalogue: await listProducts(db) };
  const plan = decide(agent.planner.name, request, await agent.planner.plan(request));
  if (plan.decision === "refuse") return [];
  const of = { account, orderId };
  const { items, lines, total, paymentMethod, delivery } = plan;
  return [
    (key: string) => agent.reserve.ask({ ...of, items }, key).then(({ status }) => status),
    (key: string) =>
      payments
        .charge({ ...of, amount: total, currency: "EUR", paymentMethod, lines }, key)
        .then(({ status }) => status),
    (key: string) =>
      agent.mail
        .ask({ ...of, to: "buyer@example.com", subject: "Your order", text: "Thank you." }, key)
        .then(({ status }) => status),
    (key: string) =>
      agent.courier.ask({ ...of, service: delivery }, key).then(({ status }) => status),
  ];
}

async function notedResults(db: Database, { account, runId }: TwinRun): Promise<string[]> {
  const rows = await db.execute(
    sql`select result from lab_agent_steps where account = ${account} and run = ${runId}::uuid order by at_index`,
  );
  return rows.map((row) => String(row["result"]));
}

async function note(db: Database, { account, runId }: TwinRun, index: number, result: string) {
  await db.execute(sql`insert into lab_agent_steps (account, run, at_index, result)
    values (${account}, ${runId}::uuid, ${index}::integer, ${result}) on conflict do nothing`);
}
