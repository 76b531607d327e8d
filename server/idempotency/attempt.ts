import { sql } from "drizzle-orm";
import { answerText } from "./answer-text.ts";
import { classify, codeOf, isRefusedForGood, mayPass } from "./classify.ts";
import type { Effect } from "./effects.ts";
import { Fenced, IdempotencyError, NeedsReview } from "./errors.ts";
import { complete, completion, giveUp, sendToReview } from "./core/fenced-writes.ts";
import { reviewReason } from "./review-reason.ts";
import { assertAllTaken, binds } from "./step-order.ts";
import { rowsOf } from "./store.ts";
import { type AttemptContext, keyOfStep, type Progress, type Step, takeStep } from "./take-step.ts";
import { type InTransaction, transact } from "./core/transact.ts";

declare const committed: unique symbol;
/** Only `attempt.commit` and `attempt.transact` make one: a handler that forgets to commit does not compile. */
export interface Committed<Answer> {
  readonly text: string;
  readonly [committed]: Answer;
}

/** One run of a handler under one fence. Every method writes only while that fence is the newest. */
export class Attempt {
  readonly #context: AttemptContext;
  readonly #progress: Progress;

  constructor(context: AttemptContext) {
    const marked = [...context.steps].find(([, step]) => step.marked);
    this.#context = context;
    this.#progress = {
      pending: [],
      taken: [],
      open: new Set(),
      marked: marked?.[0],
      inDoubt: (marked?.[1].openSends.length ?? 0) > 0,
      running: undefined,
      otherFailed: false,
      isOver: false,
    };
  }

  get fence(): number {
    return this.#context.grant.fence;
  }

  /** What the key was admitted to, as it is written down; null where it holds none. */
  get orderId(): string | null {
    return this.#context.orderId;
  }

  /**
   * A named call to another system whose result is recorded: run once, then told from the record. Its key for
   * that system is derived from the intent and the step alone, so every attempt sends the same one. One after another: a
   * second step is refused while one runs.
   */
  step<Request, Result>(name: string, how: Step<Request, Result>): Promise<Result> {
    return takeStep(this.#context, this.#progress, name, how);
  }

  /** A step's key for the next system: the same in every attempt, whatever the step does. */
  keyOf(step: string): string {
    return keyOfStep(this.#context, step);
  }

  /** The frozen request of a step that this or an earlier attempt began. */
  frozen<Request>(name: string): Request {
    const known = this.#context.steps.get(name);
    if (known === undefined) throw new Error(`Step ${name} has not begun`);
    return JSON.parse(known.request);
  }

  /**
   * Effects, answer and "completed" in one statement: where the fence no longer holds, nothing of it is written.
   * @param options.keepsOrder false when the order may be tried again by another intent (a decline)
   */
  async commit<Answer>(
    answer: Answer,
    { effects = [], keepsOrder = true }: { effects?: Effect[]; keepsOrder?: boolean } = {},
  ): Promise<Committed<Answer>> {
    const { store, grant, alongside } = this.#context;
    const all = [...effects, ...alongside];
    return await this.#settle(answer, (text) =>
      complete(store, grant, { text, keepsOrder }, all, this.#progress.pending),
    );
  }

  /**
   * As `commit`, for effects that read what others of them write. The first statement of the transaction
   * is the fenced update, which locks the key's row. Await nothing in `effect` but statements of `tx`: it is called
   * while the update is on its way, and rolled back where the fence no longer holds. It is called again where Postgres undid the
   * whole for the sake of another (a deadlock, a lock that was waited for in vain).
   */
  async transact<Answer>(
    answer: Answer,
    effect: InTransaction,
    { keepsOrder = true }: { keepsOrder?: boolean } = {},
  ): Promise<Committed<Answer>> {
    const { store, grant, alongside } = this.#context;
    const { pending } = this.#progress;
    return await this.#settle(answer, (text) =>
      transact(store, completion(grant, { text, keepsOrder }, alongside, pending), effect),
    );
  }

  async #settle<Answer>(
    answer: Answer,
    write: (text: string) => Promise<boolean>,
  ): Promise<Committed<Answer>> {
    const { taken, open, running } = this.#progress;
    if (running !== undefined)
      throw new Error(`Step ${running} has not come to its end: await it before you commit`);
    assertAllTaken(this.#context.steps, taken);
    // A handler that catches what its step threw must not store an answer over an effect that may be there.
    for (const step of open)
      throw new Error(
        `Step ${step} was sent and nobody knows what came of it: nothing is committed`,
      );
    const text = answerText(this.#context.check(answer));
    await this.#context.emit("before-commit");
    try {
      if (!(await write(text))) throw new Fenced();
    } catch (error) {
      if (isRefusedForGood(error) && this.#isTaken()) {
        // Something was taken and cannot be booked. Trying again every few seconds would hide that.
        throw new NeedsReview(`it was taken, and its rows are refused (${codeOf(error)})`, {
          cause: error,
        });
      }
      if (error instanceof Fenced || classify(error) !== "unknown" || !(await this.#isStored(text)))
        throw error;
    }
    await this.#context.emit("after-commit");
    // The symbol exists in the type alone; there is no value to put there.
    return { text } as Committed<Answer>;
  }

  /** Some step has given its result, to this attempt or to an earlier one. */
  #isTaken(): boolean {
    const recorded = [...this.#context.steps.values()].some(({ result }) => result !== null);
    return recorded || this.#progress.pending.length > 0;
  }

  /** A lost acknowledgement is read again and never run again: the same reset comes with the row and without it. */
  async #isStored(text: string): Promise<boolean> {
    const { store, grant } = this.#context;
    const rows = await rowsOf(
      store,
      sql`select 1 from idempotency_keys where account = ${grant.account} and key = ${grant.key}
             and state = 'completed' and fence = ${grant.fence} and answer = ${text}`,
    ).catch(() => []);
    return rows.length > 0;
  }

  /**
   * For a completer, before the handler: nobody waits for this intent any more, so it is given up for good if
   * nothing can have been taken. Else nothing is changed but the state, and the handler must find out.
   * @returns what the key has come to; undefined where the handler goes on
   */
  async giveUpForGood(): Promise<IdempotencyError | undefined> {
    const { store, grant, emit, steps } = this.#context;
    if ([...steps.values()].some(binds)) return undefined;
    const state = await giveUp(store, grant, undefined, [], "voided");
    if (state === undefined) throw new Fenced();
    if (state === "unknown")
      return new IdempotencyError("OUTCOME_UNKNOWN", { attempt: grant.fence });
    await emit("voided");
    return new IdempotencyError("VOIDED", { attempt: grant.fence });
  }

  /**
   * What earlier attempts began, and this one's own code cannot end either, so long after: it never will. What another system or
   * Postgres failed at may pass, and has its time.
   */
  #whyHopeless(cause: unknown): string | undefined {
    const { steps, ageMs, recoverWithinMs } = this.#context;
    if (this.#progress.otherFailed || mayPass(cause)) return undefined;
    if (ageMs <= recoverWithinMs || ![...steps.values()].some(binds)) return undefined;
    return "its steps were begun, and its handler still fails beyond the recovery horizon";
  }

  /**
   * Called once when the handler threw, whatever it threw: an error of this package is then about another key, of something that
   * the handler ran. Says what the failure means for this one, and writes that down. Undefined: a newer fence owns the key.
   */
  async end(cause: unknown): Promise<IdempotencyError | undefined> {
    const { store, grant, emit } = this.#context;
    const { pending, marked, inDoubt } = this.#progress;
    this.#progress.isOver = true;
    const unknown = new IdempotencyError("OUTCOME_UNKNOWN", { attempt: grant.fence, cause });
    const review = cause instanceof NeedsReview ? cause.message : this.#whyHopeless(cause);
    if (review !== undefined) {
      const reason = reviewReason(review);
      const mine = await sendToReview(store, grant, reason, pending).catch(() => undefined);
      if (mine === false) return undefined;
      await emit(mine ? "needs-review" : "unknown", { detail: reason });
      return unknown;
    }
    const state = await giveUp(store, grant, inDoubt ? undefined : marked, pending).catch(
      () => "unrecorded" as const,
    );
    if (state === undefined) return undefined;
    // When the database is away too, the row still says "in progress": that is in doubt until its lease is over.
    await emit(state === "released" ? "released" : "unknown");
    return state === "released"
      ? new IdempotencyError("RELEASED", { attempt: grant.fence, cause })
      : unknown;
  }
}
