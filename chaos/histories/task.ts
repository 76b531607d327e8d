import { sql, type SQL } from "drizzle-orm";
import { integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import type {
  Attempt,
  Committed,
  Effect,
  Step as PackageStep,
} from "../../server/idempotency/index.ts";
import type { Actor } from "./actor.ts";
import type { Receipt, Request } from "./bank.ts";
import type { Answer } from "./variant.ts";
import type { Asked } from "./witness.ts";
import type { World } from "./world.ts";

/** One asking: by whom, for what, in which world. */
export interface Task extends Asked {
  world: World;
  actor: Actor;
  /** Set by a completer. */
  onAbandon?: "complete" | "void";
}

/** Two ledger entries and a job, as a payment writes them. `written_by` is the fence that the handler was given. */
export function effectsOf({ amount }: Task, writtenBy: number): SQL[] {
  return [
    sql`insert into history_entries (account, key, amount, fence, written_by)
        select account, key, sign * ${amount}::integer, fence, ${writtenBy}::integer
          from done, (values (1), (-1)) as side (sign)`,
    sql`insert into history_jobs (account, key) select account, key from done`,
  ];
}

const columns = { account: text().notNull(), key: uuid().notNull() };
const jobs = pgTable("history_jobs", columns);
const entries = pgTable("history_entries", {
  ...columns,
  amount: integer().notNull(),
  fence: integer().notNull(),
  writtenBy: integer("written_by").notNull(),
});
/** No connection: its queries are sent by whoever is given them. */
const build = drizzle.mock();

/** The same rows, by queries that know nothing of the fence. */
function ordinaryEffectsOf({ account, key, amount }: Task, fence: number): Effect[] {
  const rows = [1, -1].map((sign) => {
    return { account, key, amount: sign * amount, fence, writtenBy: fence };
  });
  return [build.insert(entries).values(rows), build.insert(jobs).values({ account, key })];
}

export function answerOf({ account, amount }: Task, { status, reference }: Receipt): Answer {
  return { status, account, amount, reference };
}

/** As a payment: asks the bank, and another system when the shape has two steps, and commits what came of it. */
export async function pay(attempt: Attempt, task: Task): Promise<Committed<Answer>> {
  const { commits, extra } = task.world.shape;
  const all = effectsOf(task, attempt.fence);
  const written = commits === "by ordinary queries" ? ordinaryEffectsOf(task, attempt.fence) : all;
  // Of these the first is the ledger's, and rides with the charge's result where that is recorded at once.
  const early = extra === "records its first step at once" ? 1 : 0;
  const receipt = await takeSteps(attempt, task, early > 0 ? written.slice(0, early) : undefined);
  const answer = answerOf(task, receipt);
  const keepsOrder = receipt.status === "paid";
  const left = <T>(effects: T[]) => (keepsOrder ? effects.slice(early) : []);
  if (commits !== "in a transaction")
    return await attempt.commit(answer, { effects: left(written), keepsOrder });
  return await attempt.transact(
    answer,
    async (tx) => {
      const { account, key } = task;
      const done = sql`with done as (select account, key, fence from idempotency_keys where account = ${account} and key = ${key}) `;
      for (const effect of left(all)) await tx.execute(sql`${done}${effect}`);
    },
    { keepsOrder },
  );
}

/** @param early written with the charge's result, in a commit of their own; undefined: it rides in the next write */
export async function takeSteps(attempt: Attempt, task: Task, early?: Effect[]): Promise<Receipt> {
  const receipt = await attempt.step("charge", {
    ...stepOf("charge", attempt, task),
    ...(early && { record: ({ status }: Receipt) => (status === "paid" ? early : []) }),
  });
  if (receipt.status === "paid" && task.world.shape.steps === 2)
    await attempt.step("notify", stepOf("notify", attempt, task));
  return receipt;
}

export function stepOf(
  op: Request["op"],
  attempt: Attempt,
  task: Task,
): PackageStep<Request, Receipt> {
  const { world, actor } = task;
  const { bank, variant, witness } = world;
  const keyOf = (key: string) => variant.providerKeyOf?.(key, attempt) ?? key;
  return {
    request: () => requestOf(op, task),
    async send(request, providerKey) {
      const key = keyOf(providerKey);
      witness.sends(op, task, attempt.fence, key, JSON.stringify(request));
      return await bank.send(actor, attempt.fence, request, key);
    },
    lookUp(_request, providerKey) {
      witness.asks(op, task, attempt.fence);
      return bank.lookUp(actor, keyOf(providerKey));
    },
  };
}

export function requestOf(
  op: Request["op"],
  { world, account, intent, order, amount }: Task,
): Request {
  return { op, account, intent, order, amount, prices: world.prices };
}
