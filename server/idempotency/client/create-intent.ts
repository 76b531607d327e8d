import type { RecordKeeper } from "./browser-keeper.ts";
import type { IntentEvent, IntentLife } from "./intent-life.ts";
import type { Ending, GivenUp, IntentRecord } from "./intent-record.ts";
import { isStale } from "./is-stale.ts";
import { makeKey } from "./make-key.ts";
import { readOutcome, type SendOutcome } from "./read-outcome.ts";
import type { SendWatch } from "./retry-link.ts";

/** What your status query says of a key. */
export interface KeyStatus<Answer> {
  state: "never_seen" | "in_progress" | "unknown" | "released" | "completed" | "voided" | "expired";
  result?: Answer | undefined;
}

export interface IntentOptions<Input, Answer> {
  orderId: string;
  account: string;
  life: IntentLife<Input, Answer>;
  keeper: RecordKeeper<Input, Answer>;
  /** The keyed mutation through the retry link: `(input, watch) => api.buy.mutate(input, { context: { watch } })`. */
  send(input: Input & { idempotencyKey: string }, watch: SendWatch): Promise<Answer>;
  /** Asked when the page comes back. Without it the same key is sent again, which is safe too. */
  status?(idempotencyKey: string): Promise<KeyStatus<Answer>>;
}

/**
 * What to show. `unknown` is never "failed": it may have happened. `stale` is as open, but begun so long ago that only
 * a press sends it again.
 */
export type IntentPhase<Answer> =
  | { at: "rest" }
  | { at: "sending"; send: number }
  | { at: "waiting"; send: number; delayMs: number }
  | { at: "ended"; ending: Ending<Answer>; replayed: boolean }
  | { at: "refused"; refusal: Extract<SendOutcome, { kind: "refused" }> }
  | { at: "unknown" }
  | { at: "stale" };
export interface IntentView<Input, Answer> {
  record: IntentRecord<Input, Answer> | null;
  phase: IntentPhase<Answer>;
}

export interface Intent<Input, Answer> {
  view(): IntentView<Input, Answer>;
  subscribe(listener: () => void): () => void;
  /** Makes the key if there is no live one, stores it, and only then sends. A second press joins the first. */
  press(input: Input): Promise<IntentView<Input, Answer>>;
  /** Call on load and when the browser is online again: finishes what was left in the last ten minutes, under its key. */
  comeBack(): Promise<IntentView<Input, Answer>>;
  /**
   * `ended` with `record.inDoubt`: the key is refused, and whether it happened before is not told any more. Call this
   * when somebody has looked (at the order, at the list of what was made). Only then does a press make a new key.
   */
  looked(): IntentView<Input, Answer>;
}

/** One decision's life in the browser, outside of any component: it goes on while pages come and go. */
export function createIntent<Input, Answer>(
  options: IntentOptions<Input, Answer>,
): Intent<Input, Answer> {
  const held = new HeldIntent(options);
  return {
    view: () => held.current,
    subscribe(listener) {
      held.listeners.add(listener);
      return () => void held.listeners.delete(listener);
    },
    press: (input) => held.alone(() => held.press(input)),
    comeBack: () => held.alone(() => held.finish()),
    looked: () => held.looked(),
  };
}

class HeldIntent<Input, Answer> {
  readonly listeners = new Set<() => void>();
  readonly #options: IntentOptions<Input, Answer>;
  current: IntentView<Input, Answer> = { record: null, phase: { at: "rest" } };
  #running: Promise<IntentView<Input, Answer>> | undefined;

  constructor(options: IntentOptions<Input, Answer>) {
    this.#options = options;
  }

  /** A second press joins the first. Comfort, not protection: the key keeps it from happening twice. */
  async alone(work: () => Promise<IntentView<Input, Answer>>): Promise<IntentView<Input, Answer>> {
    this.#running ??= work().finally(() => (this.#running = undefined));
    return await this.#running;
  }

  async press(input: Input): Promise<IntentView<Input, Answer>> {
    const { account, orderId } = this.#options;
    const freshKey = makeKey();
    const before = this.#stored();
    const pressed = { type: "pressed" as const, account, orderId, freshKey, input };
    const next = this.#options.life.advance(before, pressed);
    const record =
      next?.idempotencyKey === freshKey
        ? (await this.#options.keeper.succeed(next, before?.idempotencyKey ?? null)).record
        : this.#apply(pressed);
    if (record === null || record.state === "settled") return await this.finish();
    return await this.#send(record);
  }

  async finish(): Promise<IntentView<Input, Answer>> {
    const record = this.#stored();
    if (record === null) return this.#show({ at: "rest" });
    const key = record.idempotencyKey;
    // Each component that mounts comes here: what the buyer was told of this key stands until they act.
    const told = this.current.record?.idempotencyKey === key ? this.current.phase : null;
    if (record.state === "new" && !record.inDoubt)
      return this.#show(told?.at === "refused" ? told : { at: "rest" });
    if (record.state === "settled" && record.result !== undefined)
      return this.#show(
        told?.at === "ended" ? told : { at: "ended", ending: record.result, replayed: true },
      );
    try {
      const now = await this.#options.status?.(key);
      if (now?.state === "completed" && now.result !== undefined)
        return this.#settle(key, now.result, true);
      if (now?.state === "voided") return this.#settle(key, { status: "voided" }, true);
      if (now?.state === "expired") return this.#settle(key, { status: "key-expired" }, true);
    } catch {
      // The question got no answer: that is no news about the key, and sending it again is safe.
    }
    if (isStale(record, Date.now())) return this.#show({ at: "stale" });
    return await this.#send(record);
  }

  looked(): IntentView<Input, Answer> {
    const before = this.#stored();
    if (before === null) return this.current;
    const after = this.#apply({ type: "looked", key: before.idempotencyKey });
    return after === before ? this.current : this.#show({ at: "rest" });
  }

  async #send(record: IntentRecord<Input, Answer>): Promise<IntentView<Input, Answer>> {
    const key = record.idempotencyKey;
    let last: SendOutcome | undefined;
    const watch: SendWatch = {
      began: (count) => {
        const counted = this.#apply({ type: "sent", key, at: new Date().toISOString() });
        this.#show({ at: "sending", send: count });
        return String(counted?.sends ?? count);
      },
      ended: (outcome) => {
        last = outcome;
        this.#apply({ type: "send-ended", key, outcome });
      },
      waiting: ({ send, delayMs }) => void this.#show({ at: "waiting", send, delayMs }),
    };
    this.current = { ...this.current, record };
    // Left by a page that died in mid-send, which could not write its doubt down: that request may arrive yet.
    if (record.state === "sent") this.#apply({ type: "status-unknown", key });
    try {
      const answer = await this.#options.send({ ...record.input, idempotencyKey: key }, watch);
      return this.#settle(key, answer, last?.kind === "answered" && last.replayed);
    } catch (error) {
      return this.#refused(key, last ?? readOutcome(error));
    }
  }

  #refused(key: string, outcome: SendOutcome): IntentView<Input, Answer> {
    const spent = outcome.kind === "refused" ? GIVEN_UP.get(outcome.code ?? "") : undefined;
    if (spent) return this.#settle(key, { status: spent }, true);
    const record = this.#apply({ type: "gave-up", key });
    return record?.inDoubt === true || outcome.kind !== "refused"
      ? this.#show({ at: "unknown" })
      : this.#show({ at: "refused", refusal: outcome });
  }

  #settle(key: string, ending: Ending<Answer>, replayed: boolean): IntentView<Input, Answer> {
    this.#apply({ type: "ended", key, ending });
    return this.#show({ at: "ended", ending, replayed });
  }

  /** A record of another account counts as none. */
  #stored(): IntentRecord<Input, Answer> | null {
    const { keeper, orderId, account } = this.#options;
    const ours = this.current.record;
    // Another tab may have taken it out of the storage: what was sent from here may have happened all the same.
    const record = keeper.read(orderId) ?? (ours?.state === "settled" ? null : ours);
    return record?.account === account ? record : null;
  }

  #apply(event: IntentEvent<Input, Answer>): IntentRecord<Input, Answer> | null {
    const before = this.#stored();
    const next = this.#options.life.advance(before, event);
    if (next === null || next === before) return next;
    const { record } = this.#options.keeper.write(next);
    this.current = { ...this.current, record };
    return record;
  }

  #show(phase: IntentPhase<Answer>): IntentView<Input, Answer> {
    this.current = { record: this.#stored(), phase };
    for (const listener of this.listeners) listener();
    return this.current;
  }
}

/** The server's word that this key will never get an answer. */
const GIVEN_UP = new Map<string, GivenUp["status"]>([
  ["VOIDED", "voided"],
  ["KEY_REUSED", "key-reused"],
  ["KEY_EXPIRED", "key-expired"],
]);
