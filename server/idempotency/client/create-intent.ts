import type { RecordKeeper } from "./browser-keeper.ts";
import type { IntentEvent, IntentLife } from "./intent-life.ts";
import type { Ending, GivenUp, IntentRecord } from "./intent-record.ts";
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

/** What to show. `unknown` is never "failed": it may have happened. */
export type IntentPhase<Answer> =
  | { at: "rest" }
  | { at: "sending"; send: number }
  | { at: "waiting"; send: number; delayMs: number }
  | { at: "ended"; ending: Ending<Answer>; replayed: boolean }
  | { at: "refused"; refusal: Extract<SendOutcome, { kind: "refused" }> }
  | { at: "unknown" };
export interface IntentView<Input, Answer> {
  record: IntentRecord<Input, Answer> | null;
  phase: IntentPhase<Answer>;
}

export interface Intent<Input, Answer> {
  view(): IntentView<Input, Answer>;
  subscribe(listener: () => void): () => void;
  /** Makes the key if there is no live one, stores it, and only then sends. A second press joins the first. */
  press(input: Input): Promise<IntentView<Input, Answer>>;
  /** Call on load and when the browser is online again: finishes what an earlier page left, under its key. */
  comeBack(): Promise<IntentView<Input, Answer>>;
}

/** One decision's life in the browser, outside of any component: it goes on while pages come and go. */
export function createIntent<Input, Answer>(
  options: IntentOptions<Input, Answer>,
): Intent<Input, Answer> {
  const { orderId, account, life, keeper } = options;
  const listeners = new Set<() => void>();
  let current: IntentView<Input, Answer> = { record: null, phase: { at: "rest" } };
  let running: Promise<IntentView<Input, Answer>> | undefined;

  function show(phase: IntentPhase<Answer>) {
    current = { record: stored(), phase };
    for (const listener of listeners) listener();
    return current;
  }

  function stored(): IntentRecord<Input, Answer> | null {
    const record = keeper.read(orderId);
    return record?.account === account ? record : null;
  }

  function apply(event: IntentEvent<Input, Answer>): IntentRecord<Input, Answer> | null {
    const before = stored();
    const next = life.advance(before, event);
    if (next === null || next === before) return next;
    return keeper.write(next).record;
  }

  function settle(key: string, ending: Ending<Answer>, replayed: boolean) {
    apply({ type: "ended", key, ending });
    return show({ at: "ended", ending, replayed });
  }

  async function send(record: IntentRecord<Input, Answer>) {
    const key = record.idempotencyKey;
    let last: SendOutcome | undefined;
    try {
      const answer = await options.send(
        { ...record.input, idempotencyKey: key },
        {
          began(count) {
            const counted = apply({ type: "sent", key, at: new Date().toISOString() });
            show({ at: "sending", send: count });
            return String(counted?.sends ?? count);
          },
          ended(outcome) {
            last = outcome;
            apply({ type: "send-ended", key, outcome });
          },
          waiting: ({ send: count, delayMs }) => void show({ at: "waiting", send: count, delayMs }),
        },
      );
      return settle(key, answer, last?.kind === "answered" && last.replayed);
    } catch (error) {
      return refused(key, last ?? readOutcome(error));
    }
  }

  function refused(key: string, outcome: SendOutcome) {
    const code = outcome.kind === "refused" ? outcome.code : null;
    const spent: GivenUp | undefined =
      code === "VOIDED"
        ? { status: "voided" }
        : code === "KEY_REUSED"
          ? { status: "key-reused" }
          : code === "KEY_EXPIRED"
            ? { status: "key-expired" }
            : undefined;
    if (spent) return settle(key, spent, true);
    const record = apply({ type: "gave-up", key });
    if (record?.inDoubt === true || outcome.kind !== "refused") return show({ at: "unknown" });
    return show({ at: "refused", refusal: outcome });
  }

  async function finish() {
    const record = stored();
    if (record === null || (record.state === "new" && !record.inDoubt)) return show({ at: "rest" });
    if (record.state === "settled" && record.result !== undefined)
      return show({ at: "ended", ending: record.result, replayed: true });
    const key = record.idempotencyKey;
    try {
      const told = await options.status?.(key);
      if (told?.state === "completed" && told.result !== undefined)
        return settle(key, told.result, true);
    } catch {
      // The question got no answer: that is no news about the key, and sending it again is safe.
    }
    return await send(record);
  }

  async function alone(work: () => Promise<IntentView<Input, Answer>>) {
    running ??= work().finally(() => (running = undefined));
    return await running;
  }

  return {
    view: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    comeBack: () => alone(finish),
    press: (input) =>
      alone(async () => {
        const pressed = { type: "pressed", account, orderId, freshKey: makeKey(), input } as const;
        const record = apply(pressed);
        return record === null || record.state === "settled" ? await finish() : await send(record);
      }),
  };
}
