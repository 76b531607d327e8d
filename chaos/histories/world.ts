import type postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../../db/client.ts";
import {
  type Abandoned,
  IdempotencyError,
  resumeAbandoned,
} from "../../server/idempotency/index.ts";
import { Actor } from "./actor.ts";
import { Bank } from "./bank.ts";
import { statesOf } from "./books.ts";
import { reapOne } from "./reap-one.ts";
import { inputOf, runTask, Thrown } from "./run-task.ts";
import type { Asking, Shape, Step, Until } from "./step.ts";
import { Tally } from "./tally.ts";
import type { Task } from "./task.ts";
import type { Variant } from "./variant.ts";
import { type Property, Witness } from "./witness.ts";

export interface Place {
  db: Database;
  /** The owner of the clone: ends leases, lets time pass, and reads. */
  owner: postgres.Sql;
}

/** One history's own accounts, keys, bank and attempts. Nothing in it is shared with another history but the tables. */
export class World {
  readonly shape: Shape;
  readonly variant: Variant;
  readonly db: Database;
  readonly owner: postgres.Sql;
  readonly bank: Bank;
  readonly witness: Witness;
  readonly tally = new Tally();
  readonly accounts: [own: string, neighbour: string];
  readonly actors = new Map<string, Actor>();
  readonly asked: { account: string; key: string; intent: number; amount: number }[] = [];
  /** 0 and 1 are two decisions to pay one order; 2 is another order's. */
  readonly keys = [uuidv7(), uuidv7(), uuidv7()];
  readonly #orders = [uuidv7(), uuidv7(), uuidv7()];
  prices = 1;
  /** The horizon has passed: what is in doubt may wait for a person. */
  isOld = false;
  /** For ten minutes nobody could read what was abandoned, so that waits for a person, too. */
  wasUnread = false;

  constructor({ db, owner }: Place, shape: Shape, variant: Variant) {
    this.db = db;
    this.owner = owner;
    this.shape = shape;
    this.variant = variant;
    this.witness = new Witness(() => this.bank.journal);
    this.bank = new Bank(shape.bank, this.tally, (entry) => this.witness.arrived(entry));
    const name = uuidv7();
    this.accounts = [`buyer-${name}`, `neighbour-${name}`];
  }

  get hasBank(): boolean {
    return this.shape.commits !== "rows only";
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "ask":
        return await this.ask(step.as, step.intent, step.how, step.until);
      case "go":
        return await this.#go(step);
      case "end leases":
        return await this.endLeases();
      case "complete":
        // It lets up to 5 s pass after an unknown outcome: a slow machine would find what a fast one does not.
        await this.#endLeases("10 seconds", "and lease_until <= clock_timestamp()");
        return await this.complete(step.as, step.onAbandon, step.until);
      case "fail to read":
        return await this.failToRead();
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

  async ask(as: string, intent: number, how: Asking, until?: Until): Promise<void> {
    const account = this.accounts[how === "as a neighbour" ? 1 : 0];
    const key = this.keys[intent] ?? "";
    const amount = 100 * (intent + 1) + (how === "another amount" ? 1 : 0);
    const mine = this.variant.keyOf?.(key, as) ?? key;
    this.asked.push({ account, key, intent, amount });
    await this.#start({ who: as, account, key: mine, intent, amount, how }, until);
  }

  /** Everything that was abandoned, as the worker finds it; each is then an attempt like the others. */
  async complete(as: string, onAbandon: "complete" | "void", until?: Until): Promise<void> {
    const found: Abandoned[] = [];
    await this.#eachAbandoned(async (one) => void found.push(one));
    for (const [at, { account, key, input }] of found.entries()) {
      const asked = { account, key, ...inputOf(input), how: "plainly" as const, onAbandon };
      await this.#start({ who: `${as}.${at + 1}`, ...asked }, until);
    }
  }

  /** A worker of a deploy that cannot read them, and nobody else comes: ten minutes after their lease they are nobody's. */
  async failToRead(): Promise<void> {
    this.wasUnread = true;
    await this.#endLeases("11 minutes");
    await this.#eachAbandoned(() => Promise.reject(new TypeError("an input of another deploy")));
  }

  async #eachAbandoned(resume: (one: Abandoned) => Promise<void>): Promise<void> {
    await resumeAbandoned(
      this.db,
      async (one) => {
        if (this.accounts.some((account) => account === one.account)) await resume(one);
      },
      { atMost: 10_000 },
    );
  }

  async #go({ who, how, until }: Step & { do: "go" }): Promise<void> {
    const actor = this.actors.get(who);
    if (how === "dies" && actor?.at) this.tally.add(`dies at: ${actor.at}`);
    await actor?.go(how, until);
  }

  /** Since long enough that a completer finds them, too. */
  async endLeases(): Promise<void> {
    await this.#endLeases("10 seconds");
  }

  /** All at one time, so that the order in which a completer finds them is that of their keys and not of the machine. */
  async #endLeases(ago: string, where = ""): Promise<void> {
    await this.owner`
      update idempotency_keys set lease_until = now() - ${ago}::interval
       where account in ${this.owner(this.accounts)} and state in ('in_progress', 'unknown') ${this.owner.unsafe(where)}`;
  }

  async reap(): Promise<void> {
    await reapOne(this);
    for (const { account, key, state } of await statesOf(this.owner, this.accounts))
      if (state === "expired") this.witness.expired.add(`${account} ${key}`);
  }

  /** The property that would be hurt if this attempt wrote now. */
  mayNotWrite({ account, key, actor, amount, how }: Task): Property | undefined {
    const newest = this.witness.fences.get(`${account} ${key}`) ?? 0;
    if (actor.fence !== undefined) return actor.fence < newest ? "S10" : undefined;
    if (how === "a stale price" && newest === 0) return "S13";
    const owner = this.witness.amountOf(account, key);
    return owner !== undefined && owner !== amount ? "S11" : undefined;
  }

  async #start(
    asked: Omit<Task, "world" | "actor" | "order" | "since">,
    until?: Until,
  ): Promise<void> {
    const actor = new Actor(asked.who);
    this.actors.set(asked.who, actor);
    const order = this.orderOf(asked.intent);
    const since = this.witness.refusals.tick();
    const task: Task = { ...asked, order, since, world: this, actor };
    const tells = (told: { code: string; text?: string; fence?: number }) => {
      const { isTroubled } = actor;
      this.witness.tells({ ...asked, order, since, isTroubled, hasBank: this.hasBank, ...told });
    };
    await actor.start(async () => {
      try {
        const { text } = await runTask(task);
        tells({ code: "answer", text });
      } catch (error) {
        const code = error instanceof IdempotencyError ? error.code : "info";
        const attempt = error instanceof IdempotencyError ? error.detail.attempt : undefined;
        if (code === "info" && !isOurs(error)) this.witness.violates("L5", String(error));
        tells({ code, ...(attempt && { fence: attempt }) });
      }
    }, until);
  }

  /** Two intents may be decisions to pay one order. */
  orderOf(intent: number): string {
    return this.#orders[this.shape.orders && intent < 2 ? 0 : intent] ?? "";
  }
}

function isOurs(error: unknown): boolean {
  return (
    error instanceof Thrown ||
    (error instanceof Error && "code" in error && error.code === "ECONNRESET")
  );
}
