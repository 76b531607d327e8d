import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../../db/client.ts";
import {
  IdempotencyError,
  type LifecycleEvent,
  recordOnce,
  resumeAbandoned,
  runOnce,
} from "../../server/idempotency/index.ts";
import { Actor } from "./actor.ts";
import { Bank } from "./bank.ts";
import { statesOf } from "./books.ts";
import { reapOne } from "./reap-one.ts";
import type { Asking, Shape, Step } from "./step.ts";
import { answerOf, effectsOf, pay, requestOf, type Task } from "./task.ts";
import type { Answer, Variant } from "./variant.ts";
import { watchedStore } from "./watched-store.ts";
import { Witness } from "./witness.ts";

export interface Place {
  db: Database;
  /** The owner of the clone: ends leases, lets time pass, and reads. */
  owner: postgres.Sql;
}

/** Longer than any history: leases end when a step says so, never because the machine was slow. */
const LEASE_MS = 600_000;
const HORIZON_MS = 3_600_000;
const PROCEDURE = "history.pay";

/** One history's own accounts, keys, bank and attempts. Nothing in it is shared with another history but the tables. */
export class World {
  readonly shape: Shape;
  readonly variant: Variant;
  readonly db: Database;
  readonly owner: postgres.Sql;
  readonly bank: Bank;
  readonly witness: Witness;
  readonly accounts: [own: string, neighbour: string];
  readonly actors = new Map<string, Actor>();
  readonly asked: { account: string; key: string; intent: number; amount: number }[] = [];
  /** 0 and 1 are two decisions to pay one order; 2 is another order's. */
  readonly keys = [uuidv7(), uuidv7(), uuidv7()];
  readonly #orders = [uuidv7(), uuidv7(), uuidv7()];
  prices = 1;
  /** The horizon has passed: what is in doubt may wait for a person. */
  isOld = false;

  constructor({ db, owner }: Place, shape: Shape, variant: Variant) {
    this.db = db;
    this.owner = owner;
    this.shape = shape;
    this.variant = variant;
    this.witness = new Witness(() => this.bank.journal);
    this.bank = new Bank(shape.bank, (entry) => this.witness.arrived(entry));
    const name = uuidv7();
    this.accounts = [`buyer-${name}`, `neighbour-${name}`];
  }

  get hasBank(): boolean {
    return this.shape.commits !== "rows only";
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "ask":
        return await this.ask(step.as, step.intent, step.how);
      case "go":
        return await this.actors.get(step.who)?.go(step.how, step.until);
      case "end leases":
        return await this.endLeases();
      case "complete":
        return await this.complete(step.as, step.onAbandon);
      case "change prices":
        this.prices += 1;
        return;
      case "grow old":
        this.isOld = true;
        // Outside the promise: one that slept through the provider's key life between its mark and its call (chaos/README.md).
        for (const actor of this.actors.values()) if (actor.fence !== undefined) actor.vanish();
        this.bank.forgetKeys();
        await this
          .owner`update idempotency_keys set created_at = created_at - interval '2 hours' where account in ${this.owner(this.accounts)}`;
        return;
      case "reap":
        return await this.reap();
    }
  }

  async ask(as: string, intent: number, how: Asking): Promise<void> {
    const account = this.accounts[how === "as a neighbour" ? 1 : 0];
    const key = this.keys[intent] ?? "";
    const amount = 100 * (intent + 1) + (how === "another amount" ? 1 : 0);
    const mine = this.variant.keyOf?.(key, as) ?? key;
    this.asked.push({ account, key, intent, amount });
    await this.#start({ who: as, account, key: mine, intent, amount }, how);
  }

  /** Everything that was abandoned, as the worker finds it; each is then an attempt like the others. */
  async complete(as: string, onAbandon: "complete" | "void"): Promise<void> {
    let found = 0;
    const starts: Promise<void>[] = [];
    const mine = (account: string) => this.accounts.some((one) => one === account);
    await resumeAbandoned(
      this.db,
      async ({ account, key, input }) => {
        if (!mine(account) || !isInput(input)) return;
        const who = `${as}.${(found += 1)}`;
        starts.push(this.#start({ who, account, key, ...input }, "plainly", onAbandon));
      },
      { atMost: 10_000 },
    );
    await Promise.all(starts);
  }

  /** Since long enough that a completer finds them, too: it lets 5 s pass after an unknown outcome. */
  async endLeases(): Promise<void> {
    await this.owner`
      update idempotency_keys set lease_until = clock_timestamp() - interval '10 seconds'
       where account in ${this.owner(this.accounts)} and state in ('in_progress', 'unknown')`;
  }

  async reap(): Promise<void> {
    await reapOne(this);
    for (const { account, key, state } of await statesOf(this.owner, this.accounts))
      if (state === "expired") this.witness.expired.add(`${account} ${key}`);
  }

  /** The property that would be hurt if this attempt wrote now. */
  mayNotWrite({ account, key, actor, amount, how }: Task): string | undefined {
    const newest = this.witness.fences.get(`${account} ${key}`) ?? 0;
    if (actor.fence !== undefined) return actor.fence < newest ? "S10" : undefined;
    if (how === "a stale price" && newest === 0) return "S13";
    const owner = this.witness.amountOf(account, key);
    return owner !== undefined && owner !== amount ? "S11" : undefined;
  }

  async #start(
    asked: Omit<Task, "world" | "actor" | "order" | "how">,
    how: Asking,
    onAbandon?: "complete" | "void",
  ): Promise<void> {
    const actor = new Actor(asked.who);
    this.actors.set(asked.who, actor);
    const order = this.#orders[this.shape.orders && asked.intent < 2 ? 0 : asked.intent] ?? "";
    const task: Task = { ...asked, how, world: this, actor, order };
    await actor.start(async () => {
      try {
        const { text } = await (this.hasBank ? this.#pay(task, onAbandon) : this.#record(task));
        this.witness.tells({ ...asked, code: "answer", text }, this.hasBank);
      } catch (error) {
        const code = error instanceof IdempotencyError ? error.code : "info";
        const attempt = error instanceof IdempotencyError ? error.detail.attempt : undefined;
        if (code === "info" && !isOurs(error)) this.witness.violates("L5", String(error));
        this.witness.tells({ ...asked, code, ...(attempt && { fence: attempt }) }, this.hasBank);
      }
    });
  }

  #pay(task: Task, onAbandon?: "complete" | "void") {
    const { shape, variant } = this;
    const honest = shape.bank === "honest" ? HORIZON_MS : 0;
    const request = JSON.stringify(requestOf("charge", task));
    const order = shape.orders ? task.order : null;
    const nothing = task.how === "a stale price";
    const run: Parameters<typeof runOnce<Answer>>[0] = {
      ...this.#common(task),
      namespace: "history",
      limits: {
        leaseMs: LEASE_MS,
        waitMs: task.how === "and waits" ? 60_000 : 0,
        recoverWithinMs: variant.horizonMs ?? honest,
      },
      admission: {
        select: sql`select ${order}::text as order_id, ${request}::text as request where ${!nothing}::boolean`,
        ...(shape.marks === "in the claim" && { step: "charge" }),
      },
      async refuse() {
        if (nothing) throw new IdempotencyError("PRICE_CHANGED");
      },
      handler: async (attempt) => {
        this.witness.runs(task);
        return await (variant.handler ?? pay)(attempt, task);
      },
      ...(onAbandon && { onAbandon }),
    };
    return variant.run?.(run, task) ?? runOnce<Answer>(run);
  }

  #record(task: Task) {
    return recordOnce<Answer>({
      ...this.#common(task),
      ...(this.shape.orders && { orderId: task.order }),
      answer: answerOf(task, { status: "paid", reference: "rows" }),
      effects: effectsOf(task, 1),
    });
  }

  #common(task: Task) {
    const { account, key, intent, amount, actor } = task;
    return {
      store: watchedStore(this.db, task),
      account,
      key,
      procedure: PROCEDURE,
      input: { intent, amount },
      onEvent: async ({ point, fence }: LifecycleEvent) => {
        if (point === "after-claim" && fence !== undefined) {
          actor.fence = fence;
          this.witness.grants(task, fence);
        } else if (point === "fenced") actor.fence = undefined;
        if ((await actor.meet(point)) === "throws") throw new Thrown();
      },
    };
  }
}

/** What a listener throws that is told to. */
class Thrown extends Error {}

function isOurs(error: unknown): boolean {
  return (
    error instanceof Thrown ||
    (error instanceof Error && "code" in error && error.code === "ECONNRESET")
  );
}

function isInput(input: unknown): input is { intent: number; amount: number } {
  return typeof input === "object" && input !== null && "intent" in input && "amount" in input;
}
