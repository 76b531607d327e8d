import { sql } from "drizzle-orm";
import type { Attempt } from "../../server/idempotency/index.ts";
import { replacing } from "../../server/test-kit/rewriting-store.ts";
import {
  answerOf,
  effectsOf,
  pay,
  requestOf,
  stepOf,
  takeSteps,
  type Task,
} from "../histories/task.ts";
import { watchedStore } from "../histories/watched-store.ts";
import type { KnownBad } from "./known-bad.ts";

/** Some of the effects in a write of their own, before or after the commit of the answer. */
const elsewhere =
  (which: (at: number) => boolean, when: "before" | "after") =>
  async (attempt: Attempt, task: Task) => {
    const receipt = await takeSteps(attempt, task);
    const { account, key } = task;
    const all = receipt.status === "paid" ? effectsOf(task, attempt.fence) : [];
    const done = sql`with done as (select ${account}::text as account, ${key}::uuid as key, ${attempt.fence}::integer as fence) `;
    const store = watchedStore(task.world.db, task);
    const write = async () => {
      for (const effect of all.filter((_, at) => which(at)))
        await store.execute(sql`${done}${effect}`);
    };
    if (when === "before") await write();
    const effects = all.filter((_, at) => !which(at));
    const keepsOrder = receipt.status === "paid";
    const committed = await attempt.commit(answerOf(task, receipt), { effects, keepsOrder });
    if (when === "after") await write();
    return committed;
  };

/** What is wrong with what a handler does between its claim and its commit. */
export const HANDLERS: KnownBad[] = [
  {
    name: "a provider key for each attempt",
    hurts: ["S1"],
    providerKeyOf: (key, { fence }) => `${key}-${fence}`,
  },
  {
    name: "the row is deleted when the handler throws",
    hurts: ["S10"],
    async handler(attempt, task) {
      try {
        return await pay(attempt, task);
      } catch (error) {
        const { key, account, world } = task;
        // As the owner: the application's own role may not delete.
        await world.owner`delete from idempotency_steps where account = ${account} and key = ${key}`;
        await world.owner`delete from idempotency_keys where account = ${account} and key = ${key}`;
        throw error;
      }
    },
  },
  {
    name: "an unknown outcome is stored as a failure",
    hurts: ["S5", "S4"],
    async handler(attempt, task) {
      const { send, ...how } = stepOf("charge", attempt, task);
      const receipt = await attempt.step("charge", {
        ...how,
        send: (request, key) =>
          send(request, key).catch(() => ({ status: "declined" as const, reference: "failed" })),
      });
      const isPaid = receipt.status === "paid";
      const effects = isPaid ? effectsOf(task, attempt.fence) : [];
      return await attempt.commit(answerOf(task, receipt), { effects, keepsOrder: isPaid });
    },
  },
  {
    name: "a decline is thrown instead of stored",
    seed: 98,
    hurts: ["L1"],
    async handler(attempt, task) {
      const receipt = await attempt.step("charge", stepOf("charge", attempt, task));
      if (receipt.status === "declined") throw new Error("declined");
      const effects = effectsOf(task, attempt.fence);
      return await attempt.commit(answerOf(task, receipt), { effects });
    },
  },
  {
    name: "the effect in a commit before the answer's",
    hurts: ["S10", "S6"],
    handler: elsewhere(() => true, "before"),
  },
  {
    name: "the effect in a commit after the answer's",
    seed: 114,
    hurts: ["S6"],
    handler: elsewhere(() => true, "after"),
  },
  {
    name: "the job in a write of its own",
    seed: 114,
    hurts: ["S8"],
    handler: elsewhere((at) => at === 1, "after"),
  },
  {
    name: "what a step has recorded is written again by the commit",
    hurts: ["S6"],
    async handler(attempt, task) {
      const effects = effectsOf(task, attempt.fence);
      const receipt = await takeSteps(attempt, task, effects.slice(0, 1));
      const isPaid = receipt.status === "paid";
      const all = isPaid ? effects : [];
      return await attempt.commit(answerOf(task, receipt), { effects: all, keepsOrder: isPaid });
    },
  },
  {
    name: "the mark before a send is left out",
    hurts: ["S14", "S1"],
    rewrite: (text) =>
      replacing(
        "with locked",
        [/array\[done\.fence\]/, "'{}'::integer[]"],
        [/s\.open_sends \|\| \$\d+::integer/, "s.open_sends"],
      )(text) ??
      replacing("with target", [/s\.open_sends \|\| took\.fence/, "s.open_sends"])(
        text.includes("last_sent = took.fence") ? text : "",
      ) ??
      replacing("with seen", [/array\[1\], 1, 1/, "'{}'::integer[], 1, 1"])(
        text.includes("array[1]") ? text : "",
      ),
  },
  {
    name: "the request is built again for each send instead of frozen",
    seed: 252,
    hurts: ["frozen"],
    async handler(attempt, task) {
      const { send, ...how } = stepOf("charge", attempt, task);
      const receipt = await attempt.step("charge", {
        ...how,
        send: (_frozen, key) => send(requestOf("charge", task), key),
      });
      const isPaid = receipt.status === "paid";
      const effects = isPaid ? effectsOf(task, attempt.fence) : [];
      return await attempt.commit(answerOf(task, receipt), { effects, keepsOrder: isPaid });
    },
  },
  {
    name: "the result of a step is not written down before the next one",
    hurts: ["recorded"],
    rewrite: (text) =>
      text.includes("with locked") && text.includes("set result")
        ? text.replace(/set result = (\$\d+)/, "set result = nullif($1::text, $1::text)")
        : undefined,
  },
  {
    name: "sending again beyond the horizon",
    hurts: ["S1"],
    horizonMs: Number.MAX_SAFE_INTEGER,
  },
];
