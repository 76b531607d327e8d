import { createHash } from "node:crypto";
import { rowsOf, type Store } from "./store.ts";
import { sql, type SQL } from "drizzle-orm";
import type { RecordedStep } from "./claim.ts";
import { classify } from "./classify.ts";
import { Fenced, IdempotencyError, NotTaken } from "./errors.ts";
import type { LifecyclePoint } from "./lifecycle.ts";
import {
  complete,
  completing,
  giveUp,
  type Grant,
  mark,
  type PendingResult,
  sendToReview,
} from "./statements.ts";

declare const committed: unique symbol;
/** Only `attempt.commit` and `attempt.transact` make one: a handler that forgets to commit does not compile. */
export interface Committed<Answer> {
  readonly text: string;
  readonly [committed]: Answer;
}

export interface Step<Request, Result> {
  /** What will be sent. Frozen by the first attempt; later ones send those bytes and never call this. */
  request(): Request;
  /** Rejects with {@link NotTaken} only when the call surely did nothing; any other rejection means unknown. */
  send(request: Request, providerKey: string): Promise<Result>;
  /** Asks the other system what became of an earlier send. `undefined` is no proof that nothing happened. */
  lookUp?(request: Request, providerKey: string): Promise<Result | undefined>;
}

export interface AttemptContext {
  store: Store;
  grant: Grant;
  steps: Map<string, RecordedStep>;
  ageMs: number;
  leaseMs: number;
  recoverWithinMs: number;
  namespace: string;
  /** Throws on an answer that must not be stored. */
  check(answer: unknown): unknown;
  emit(point: LifecyclePoint, detail?: { step?: string; detail?: string }): Promise<void>;
}

const ANSWER_BYTES_MAX = 256 * 1024;

/** One run of a handler under one fence. Every method writes only while that fence is the newest. */
export class Attempt {
  readonly #context: AttemptContext;
  #pending: PendingResult[] = [];
  #marked: string | undefined;
  #inDoubt = false;

  constructor(context: AttemptContext) {
    this.#context = context;
    this.#marked = [...context.steps].find(([, step]) => step.marked)?.[0];
  }

  get fence(): number {
    return this.#context.grant.fence;
  }

  /**
   * A named call to another system whose result is recorded: run once, then told from the record. Its key for
   * that system is derived from the intent and the step alone, so every attempt sends the same one.
   */
  async step<Request, Result>(name: string, how: Step<Request, Result>): Promise<Result> {
    const { steps, emit } = this.#context;
    const known = steps.get(name);
    if (known && known.result !== null) return JSON.parse(known.result);

    const providerKey = this.#providerKey(name);
    const request: Request = JSON.parse(await this.#freezeAndMark(name, known, how, providerKey));
    const earlier = known?.openSends ?? [];
    await emit("before-provider", { step: name });
    const result = await this.#ask(name, how, request, providerKey, earlier.length > 0);
    this.#marked = undefined;
    await emit("after-provider", { step: name });
    this.#pending.push({ step: name, result: JSON.stringify(result) });
    return result;
  }

  /** The frozen request of a step that this or an earlier attempt began. */
  frozen<Request>(name: string): Request {
    const known = this.#context.steps.get(name);
    if (known === undefined) throw new Error(`Step ${name} has not begun`);
    return JSON.parse(known.request);
  }

  async #freezeAndMark<R>(
    name: string,
    known: RecordedStep | undefined,
    how: Step<R, unknown>,
    providerKey: string,
  ) {
    if (known?.marked) return known.request;
    const { store, grant, leaseMs } = this.#context;
    const text = known?.request ?? JSON.stringify(how.request());
    const row = await mark(
      store,
      grant,
      { name, request: text, providerKey },
      leaseMs,
      this.#pending,
    );
    if (row === undefined) throw new Fenced();
    this.#pending = [];
    this.#marked = name;
    return String(row["request"]);
  }

  async #ask<R, T>(
    name: string,
    how: Step<R, T>,
    request: R,
    providerKey: string,
    sentBefore: boolean,
  ): Promise<T> {
    const { store, grant, ageMs, recoverWithinMs, emit } = this.#context;
    this.#inDoubt = sentBefore;
    if (sentBefore && how.lookUp) {
      const found = await how.lookUp(request, providerKey);
      if (found !== undefined) return found;
    }
    if (sentBefore && ageMs > recoverWithinMs) {
      // The other system may have forgotten the key by now: sending again could do it twice.
      const reason = `step ${name} was sent and its outcome is not known within the recovery horizon`;
      if (!(await sendToReview(store, grant, reason))) throw new Fenced();
      await emit("needs-review", { detail: reason });
      throw new IdempotencyError("OUTCOME_UNKNOWN", { attempt: grant.fence });
    }
    this.#inDoubt = true;
    try {
      return await how.send(request, providerKey);
    } catch (error) {
      if (error instanceof NotTaken) this.#inDoubt = false;
      throw error;
    }
  }

  /**
   * Effect, answer and "completed" in one commit. Each effect is a statement that selects from `done`
   * (account, key, order_id, fence): where the fence no longer holds, `done` is empty and nothing is written.
   * @param options.keepsOrder false when the order may be tried again by another intent (a decline)
   */
  async commit<Answer>(
    answer: Answer,
    options: { effects?: SQL[]; keepsOrder?: boolean } = {},
  ): Promise<Committed<Answer>> {
    const text = this.#textOf(answer);
    await this.#context.emit("before-commit");
    const stored = { text, keepsOrder: options.keepsOrder ?? true };
    await this.#settle(text, () =>
      complete(
        this.#context.store,
        this.#context.grant,
        stored,
        options.effects ?? [],
        this.#pending,
      ),
    );
    await this.#context.emit("after-commit");
    return branded(text);
  }

  /**
   * As `commit`, for effects written with an ordinary query builder. The first statement of the transaction
   * is the fenced update, which locks the key's row. Await nothing in `effect` but statements of `tx`.
   */
  async transact<Answer>(
    answer: Answer,
    effect: (tx: Parameters<Parameters<Store["transaction"]>[0]>[0]) => Promise<void>,
    options: { keepsOrder?: boolean } = {},
  ): Promise<Committed<Answer>> {
    const { store, grant, emit } = this.#context;
    const text = this.#textOf(answer);
    await emit("before-commit");
    await this.#settle(text, () =>
      store.transaction(async (tx) => {
        const stored = { text, keepsOrder: options.keepsOrder ?? true };
        const rows = await rowsOf(tx, completing(grant, stored));
        if (rows.length === 0) return false;
        for (const { step, result } of this.#pending) {
          await tx.execute(sql`update idempotency_steps set result = ${result}
            where account = ${grant.account} and key = ${grant.key} and step = ${step} and result is null`);
        }
        await effect(tx);
        return true;
      }),
    );
    await emit("after-commit");
    return branded(text);
  }

  /** A lost acknowledgement is read again and never run again: the same reset comes with the row and without it. */
  async #settle(text: string, write: () => Promise<boolean>): Promise<void> {
    const { store, grant } = this.#context;
    try {
      if (!(await write())) throw new Fenced();
    } catch (error) {
      if (error instanceof Fenced || classify(error) !== "unknown") throw error;
      const [row] = await rowsOf(
        store,
        sql`select answer from idempotency_keys
             where account = ${grant.account} and key = ${grant.key} and state = 'completed' and fence = ${grant.fence}`,
      ).catch(() => []);
      if (row?.["answer"] !== text) throw error;
    }
  }

  /**
   * Called once when the handler threw. Says what the failure means for the key: RELEASED when nothing can
   * have been taken, else OUTCOME_UNKNOWN.
   */
  async end(cause: unknown): Promise<IdempotencyError> {
    const { store, grant, emit } = this.#context;
    const comeBack = this.#inDoubt ? undefined : this.#marked;
    const state = await giveUp(store, grant, comeBack, this.#pending).catch(
      () => "unrecorded" as const,
    );
    if (state === undefined) throw new Fenced();
    // When the database is away too, the row still says "in progress": that is in doubt until its lease is over.
    await emit(state === "released" ? "released" : "unknown");
    const code = state === "released" ? "RELEASED" : "OUTCOME_UNKNOWN";
    return new IdempotencyError(code, { attempt: grant.fence, cause });
  }

  #textOf(answer: unknown): string {
    const text = JSON.stringify(this.#context.check(answer));
    if (text === undefined) throw new TypeError("An answer must be JSON");
    if (Buffer.byteLength(text) > ANSWER_BYTES_MAX) {
      throw new RangeError(`An answer may have ${ANSWER_BYTES_MAX} bytes`);
    }
    return text;
  }

  #providerKey(step: string): string {
    return providerKeyOf(this.#context.namespace, this.#context.grant, step);
  }
}

/** 43 characters: names the intent and the step to the next system, and nothing that changes between attempts. */
export function providerKeyOf(
  namespace: string,
  intent: { account: string; key: string },
  step: string,
): string {
  return createHash("sha256")
    .update(JSON.stringify([namespace, intent.account, intent.key, step]))
    .digest("base64url");
}

function branded<Answer>(text: string): Committed<Answer> {
  // The symbol exists in the type alone; there is no value to put there.
  return { text } as Committed<Answer>;
}
