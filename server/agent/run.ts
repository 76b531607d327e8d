import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import type { Attempt, Step } from "../idempotency/index.ts";
import { listProducts } from "../orders/list-products.ts";
import { looksLikeCard, NO_CARD } from "../payments/looks-like-card.ts";
import type { Operation } from "../trpc/operation.ts";
import { orderOf } from "./order-of.ts";
import { book, charge, mail, plan, release, reserve } from "./steps.ts";

const input = z.strictObject({
  goal: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .refine((text) => !looksLikeCard(text), NO_CARD),
});

const step = z.strictObject({
  /** The step's key for the other system: the same in every attempt. */
  stepId: z.string(),
  name: z.string(),
  status: z.literal("done"),
  result: z.record(z.string(), z.unknown()),
});

const output = z.strictObject({
  /** `refused` and `declined`: nothing was taken, and what had been reserved was put back. */
  status: z.enum(["completed", "declined", "refused"]),
  orderId: z.string(),
  reason: z.string().optional(),
  steps: z.array(step),
});
export type AgentStep = z.output<typeof step>;

/**
 * Pattern 5 on pattern 1: a run is one key, and its steps are rows of the table that `checkout.pay` has its one step in.
 * Pattern 1 and pattern 5 are one mechanism. Each step is looked up before it is taken, recorded in a commit of its own
 * before the next one begins, and told from the record for ever after: a run that died is resumed after the last
 * recorded step, by whoever asks with the key, or by the worker when nobody does.
 */
export const run: Operation<typeof input, typeof output> = {
  procedure: "agent.run",
  input,
  output,
  onAbandon: "complete",
  clientFirst: true,

  // The run holds its order from its first moment, so that no payment of it can begin beside the run's own.
  admission: ({ account, key }) => ({
    select: sql`select ${orderOf(account, key)}::text as order_id, ''::text as request`,
  }),

  async handler(attempt, { db, payments, agent, account, key, input: { goal } }) {
    const orderId = attempt.orderId ?? orderOf(account, key);
    const of = { account, orderId };
    const steps: AgentStep[] = [];
    const taking = recorder(attempt, steps);

    const catalogue = await listProducts(db);
    const decided = await taking("plan", plan(agent.planner, { goal, catalogue }, orderId));
    if (decided.decision === "refuse") {
      const refused = { status: "refused" as const, orderId, reason: decided.because, steps };
      return await attempt.commit(refused, { keepsOrder: false });
    }

    const goods = { ...of, items: decided.items };
    const reserved = await taking("reserve", reserve(agent, goods));
    if (reserved.status === "out_of_stock") {
      const reason = `The warehouse has not enough of "${reserved.sku}".`;
      const refused = { status: "refused" as const, orderId, reason, steps };
      return await attempt.commit(refused, { keepsOrder: false });
    }

    const charged = await taking("charge", charge(payments, of, decided, uuidv7));
    if (charged.status === "declined") {
      // A rollback does not reach the warehouse: what was done there is undone by another step.
      await taking("release", release(agent, goods));
      const reason = `The bank declined: ${charged.declineCode}.`;
      const declined = { status: "declined" as const, orderId, reason, steps };
      return await attempt.commit(declined, { keepsOrder: false });
    }

    await taking("mail", mail(agent, of, decided));
    await taking("courier", book(agent, { ...of, service: decided.delivery }));
    return await attempt.commit({ status: "completed" as const, orderId, steps });
  },
};

/** Takes a step by its name, never by its place, and keeps what it gave for the answer. */
function recorder(attempt: Attempt, steps: AgentStep[]) {
  return async <Request, Result extends object>(
    name: string,
    how: Step<Request, Result>,
  ): Promise<Result> => {
    const result = await attempt.step(name, how);
    steps.push({
      stepId: attempt.keyOf(name),
      name,
      status: "done",
      result: Object.fromEntries(Object.entries(result)),
    });
    return result;
  };
}
