import { sql } from "drizzle-orm";
import {
  IdempotencyError,
  type LifecycleEvent,
  recordOnce,
  runOnce,
  whyHeld,
} from "../../server/idempotency/index.ts";
import { answerOf, effectsOf, pay, requestOf, type Task } from "./task.ts";
import type { Answer } from "./variant.ts";
import { watchedStore } from "./watched-store.ts";

/** Longer than any history: leases end when a step says so, never because the machine was slow. */
const LEASE_MS = 600_000;
const HORIZON_MS = 3_600_000;
const PROCEDURE = "history.pay";

/** What a listener throws that is told to. */
export class Thrown extends Error {}

/** One asking, put to the package as its shape says. */
export function runTask(task: Task) {
  return task.world.hasBank ? runPayment(task) : runRecord(task);
}

function runPayment(task: Task) {
  const { world, account, key, how, onAbandon } = task;
  const { shape, variant, witness } = world;
  const honest = shape.bank === "honest" ? HORIZON_MS : 0;
  const request = JSON.stringify(requestOf("charge", task));
  const order = shape.orders ? task.order : null;
  const nothing = how === "a stale price";
  const common = commonOf(task);
  const run: Parameters<typeof runOnce<Answer>>[0] = {
    ...common,
    namespace: "history",
    limits: {
      leaseMs: LEASE_MS,
      waitMs: how === "and waits" ? LEASE_MS : 0,
      recoverWithinMs: variant.horizonMs ?? honest,
    },
    admission: {
      select: sql`select ${order}::text as order_id, ${request}::text as request where ${!nothing}::boolean`,
      ...(shape.marks === "in the claim" && { step: "charge" }),
      ...(shape.again && againOf(account, key, order, request)),
    },
    async refuse() {
      if (nothing) throw new IdempotencyError("PRICE_CHANGED");
      const held = order !== null && (await whyHeld(common.store, account, order, key));
      if (held) throw held;
    },
    handler: async (attempt) => {
      witness.runs(task);
      return await (variant.handler ?? pay)(attempt, task);
    },
    ...(shape.extra === "writes alongside" && {
      alongside: [sql`insert into history_heard (account, key) select account, key from done`],
    }),
    ...(onAbandon && { onAbandon }),
  };
  return variant.run?.(run, task) ?? runOnce<Answer>(run);
}

/** As `checkout.pay` compares what was frozen with its order: outdated only where no other intent holds the order. */
function againOf(account: string, key: string, order: string | null, request: string) {
  const again = sql`not exists (select 1 from idempotency_steps s
    where s.account = ${account} and s.key = ${key}::uuid and s.step = 'charge' and s.request <> ${request})`;
  const isHeld = sql`exists (select 1 from idempotency_keys held where held.account = ${account} and held.order_id = ${order}::text and held.holds)`;
  return { again, outdated: sql`not ${isHeld} and not ${again}` };
}

function runRecord(task: Task) {
  return recordOnce<Answer>({
    ...commonOf(task),
    ...(task.world.shape.orders && { orderId: task.order }),
    answer: answerOf(task, { status: "paid", reference: "rows" }),
    effects: effectsOf(task, 1),
  });
}

function commonOf(task: Task) {
  const { account, key, intent, amount, actor, how, world } = task;
  const isNewer = how === "by a newer deploy";
  return {
    store: watchedStore(world.db, task),
    account,
    key,
    procedure: PROCEDURE,
    input: { intent, amount, ...(isNewer && { currency: "EUR" }) },
    // Both ways: the newer deploy reads a default into what the older one has recorded, and that one leaves it out.
    reads: (recorded: unknown) => {
      world.tally.add("read: what another request or deploy has recorded");
      const known = inputOf(recorded);
      return isNewer ? { ...known, currency: "EUR" } : known;
    },
    onEvent: async ({ point, fence }: LifecycleEvent) => {
      if (point === "after-claim" && fence !== undefined) {
        actor.fence = fence;
        world.witness.grants(task, fence);
      } else if (point === "fenced") actor.fence = undefined;
      if ((await actor.meet(point)) === "throws") throw new Thrown();
    },
  };
}

/** As it was recorded by either deploy. */
export function inputOf(recorded: unknown): { intent: number; amount: number } {
  if (typeof recorded !== "object" || recorded === null) throw new TypeError("no input");
  const { intent, amount } = recorded as Record<string, unknown>;
  return { intent: Number(intent), amount: Number(amount) };
}
