import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { run } from "./run.ts";
import { STEPS } from "./steps.ts";

const recorded = z.array(
  z.object({
    step: z.string(),
    stepId: z.string(),
    attempt: z.number(),
    place: z.number(),
    result: z.string().nullable(),
  }),
);

export interface RunStep {
  stepId: string | undefined;
  name: string;
  /** `sent`: asked for, and nobody has written down what came of it. `waiting`: not begun. */
  status: "done" | "sent" | "waiting";
  /** The attempt that took it last. */
  attempt: number | undefined;
  /** A later attempt was told its result from the record and did not take it again. */
  skipped: boolean;
  result: unknown;
}

export interface AgentRun {
  /** As in `checkout.status`; `completed` whenever there is an answer, whatever it says. */
  state: string;
  /** The answer's own word, as soon as there is one: `completed`, `declined`, `refused`. */
  status: string;
  goal: string | undefined;
  orderId: string | undefined;
  attempts: number;
  /** Until then the attempt that runs, or that died, owns the run. */
  leaseLeftMs: number;
  /** The last recorded step: a new attempt goes on behind it. */
  recoveryPoint: string | undefined;
  reason: string | undefined;
  steps: RunStep[];
}

const UNSEEN: AgentRun = {
  state: "never_seen",
  status: "never_seen",
  goal: undefined,
  orderId: undefined,
  attempts: 0,
  leaseLeftMs: 0,
  recoveryPoint: undefined,
  reason: undefined,
  steps: STEPS.map(waiting),
};

/** A run of this account as it is recorded at this moment, whether it runs, died or has its answer. */
export async function getRun(db: Database, account: string, key: string): Promise<AgentRun> {
  const [row] = await db.execute(sql`
    select k.state, k.fence, k.order_id, k.answer, k.input,
           least(2147483647, greatest(0, extract(epoch from k.lease_until - clock_timestamp()) * 1000))::integer as lease_left_ms,
           coalesce((select json_agg(json_build_object('step', s.step, 'stepId', s.provider_key, 'attempt', s.last_sent,
                       'place', s.place, 'result', s.result) order by s.place)
              from idempotency_steps s where s.account = k.account and s.key = k.key), '[]')::text as steps
      from idempotency_keys k
     where k.account = ${account} and k.key = ${key}::uuid and k.procedure = ${run.procedure}`);
  if (row === undefined) return UNSEEN;
  const answer =
    row["answer"] === null ? undefined : run.output.parse(JSON.parse(String(row["answer"])));
  const attempts = Number(row["fence"]);
  const steps = recorded
    .parse(JSON.parse(String(row["steps"])))
    .map(({ step: name, stepId, attempt, result }): RunStep => ({
      stepId,
      name,
      status: result === null ? "sent" : "done",
      attempt,
      skipped: result !== null && attempt < attempts,
      result: result === null ? undefined : JSON.parse(result),
    }));
  const state = row["state"] === "needs_review" ? "unknown" : String(row["state"]);
  const input = String(row["input"]);
  return {
    state,
    status: answer?.status ?? state,
    goal: input === "" ? undefined : z.object({ goal: z.string() }).parse(JSON.parse(input)).goal,
    orderId: row["order_id"] === null ? undefined : String(row["order_id"]),
    attempts,
    leaseLeftMs: answer ? 0 : Number(row["lease_left_ms"]),
    recoveryPoint: steps.findLast(({ status }) => status === "done")?.name,
    reason: answer?.reason,
    steps: answer
      ? steps
      : [
          ...steps,
          ...STEPS.filter((name) => !steps.some((step) => step.name === name)).map(waiting),
        ],
  };
}

function waiting(name: string): RunStep {
  return {
    stepId: undefined,
    name,
    status: "waiting",
    attempt: undefined,
    skipped: false,
    result: undefined,
  };
}
