import { answerText } from "./answer-text.ts";
import { classify, constraintOf, isRefusedForGood } from "./classify.ts";
import { type Effect, isWritten } from "./effects.ts";
import { IdempotencyError } from "./errors.ts";
import { canonicalJson, fingerprint } from "./fingerprint.ts";
import { assertForm, assertKept } from "./key-form.ts";
import { flightOf, fly } from "./flights.ts";
import { isOutlived } from "./is-outlived.ts";
import { whyHeld } from "./order-held.ts";
import { type Intent, readRow, type SeenRow, seenRow } from "./core/key-row.ts";
import { type Emit, emitter, type Listener } from "./lifecycle.ts";
import { readAnswer, type Recorded } from "./read-answer.ts";
import { isRecent, rememberRecent } from "./recent-keys.ts";
import { asReadToday, type ReadsInput } from "./same-request.ts";
import type { Store } from "./store.ts";
import { recording } from "./core/record.ts";
import { type InTransaction, transact, type Transaction } from "./core/transact.ts";

export interface RecordOnce<Answer> {
  store: Store;
  account: string;
  /** Canonical UUID, lower case. */
  key: string;
  procedure: string;
  /** The accepted input without its key; plain JSON. */
  input: unknown;
  /** By which `input` was read, as in `runOnce`. */
  reads?: ReadsInput;
  /** Held by this key for ever, as by a payment of it: no other key may record for the same order. */
  orderId?: string;
  /** Known beforehand: ids are made by the caller, not by a default of the table. */
  answer: Answer;
  /**
   * In one statement with the key. Or a function of a transaction, where an effect reads what another has written: await
   * nothing in it but statements of `tx`. It is called while the key is on its way, and rolled back where the key is there
   * already; and called again where Postgres undid the whole for the sake of another.
   */
  effects: Effect[] | InTransaction;
  onEvent?: Listener;
}

/**
 * For an effect that is only rows: key, effect, answer and "completed" in one statement, or in one transaction. There is no
 * attempt that could die in between, so there is no lease, no step and nothing to take over. Whatever another system
 * is asked for belongs into `runOnce`.
 * @throws {IdempotencyError} with a code of the closed table. RELEASED: Postgres refused the effect (its error is
 *   the `cause`), and the key is not used up
 * @throws {TypeError} an input or an answer that is no plain JSON, effects that cannot be written together, or a name that Postgres
 *   cannot keep as it is
 */
export async function recordOnce<Answer>(run: RecordOnce<Answer>): Promise<Recorded> {
  const { store, account, key, procedure, orderId, effects } = run;
  assertForm(key);
  assertKept({ account, procedure, orderId });
  const input = canonicalJson(run.input);
  const intent: Intent = { account, key, procedure, fingerprint: fingerprint(input), input };
  const emit = emitter(run);
  const text = answerText(run.answer);
  const isTransaction = typeof effects === "function";
  const statement = recording(intent, orderId, text, isTransaction ? [] : effects);
  if (run.onEvent) await emit("before-claim", { detail: intent.fingerprint });
  const row = await insertOrRead(store, intent, orderId, async () => {
    const written = isTransaction
      ? await transact(store, statement, (tx) => releasing(effects, tx))
      : await isWritten(store, statement);
    // Whoever committed the key before us did so before this next statement takes its snapshot.
    return { written, row: written ? recordedRow(intent, text) : await read(store, intent) };
  });
  if (row === "outlived") {
    await emit("refused", { detail: "KEY_EXPIRED" });
    throw new IdempotencyError("KEY_EXPIRED");
  }
  rememberRecent(intent);
  if (row !== "done")
    return await told(await asReadToday(store, intent, row, run.reads), intent, emit);
  if (run.onEvent) await emit("after-commit", { fence: 1 });
  return { text, replayed: false, attempt: 1 };
}

async function told(row: SeenRow, intent: Intent, emit: Emit): Promise<Recorded> {
  const recorded = await readAnswer(row, intent, emit);
  // Only `runOnce` leaves a key without an answer: somebody serves one procedure in both ways.
  if (!recorded) throw new IdempotencyError("IN_PROGRESS", { retryAfterMs: 1_000 });
  return recorded;
}

function recordedRow({ procedure, fingerprint }: Intent, answer: string): SeenRow {
  return { procedure, fingerprint, state: "completed", fence: 1, answer, leaseLeftMs: 0 };
}

async function insertOrRead(
  store: Store,
  intent: Intent,
  orderId: string | undefined,
  writeOrRead: () => Promise<{ written: boolean; row: SeenRow }>,
): Promise<SeenRow | "done" | "outlived"> {
  try {
    if (isRecent(intent)) {
      const known = await readRow(store, intent);
      if (known) return seenRow(known);
    }
    const outlived = isOutlived(store, intent);
    if (outlived && (await outlived)) return "outlived";
    // Nothing is awaited between this look and the take-off below, else all of eight duplicates would find nobody.
    const flight = flightOf(store, intent);
    if (flight) {
      const shared = await flight;
      if (shared !== undefined) return shared;
    }
    const { written, row } = await fly(store, intent, writeOrRead);
    return written ? "done" : row;
  } catch (error) {
    if (error instanceof IdempotencyError) throw error;
    return await whatIsThere(store, intent, orderId, error);
  }
}

async function releasing(effect: InTransaction, tx: Transaction): Promise<void> {
  try {
    await effect(tx);
  } catch (cause) {
    // Whatever it was, its COMMIT was never sent.
    throw new IdempotencyError("RELEASED", { cause, retryAfterMs: 1_000 });
  }
}

async function read(store: Store, intent: Intent): Promise<SeenRow> {
  const row = await readRow(store, intent);
  if (row === undefined) throw new IdempotencyError("IN_PROGRESS", { retryAfterMs: 500 });
  return seenRow(row);
}

/** The statement failed. What stands in the table decides; where that cannot be read, only "unknown" is true. */
async function whatIsThere(
  store: Store,
  intent: Intent,
  orderId: string | undefined,
  error: unknown,
): Promise<SeenRow> {
  const verdict = classify(error);
  if (verdict !== "unknown" && !isRefusedForGood(error))
    throw new IdempotencyError("STORE_UNAVAILABLE", { cause: error, retryAfterMs: 1_000 });
  // Also of what is refused: a rule or a trigger may refuse the statement of a key that is recorded already.
  const row = await readRow(store, intent).catch(() => "unread" as const);
  if (typeof row === "object") return seenRow(row);
  if (verdict === "unknown" || row === "unread")
    throw new IdempotencyError("OUTCOME_UNKNOWN", { cause: error, retryAfterMs: 1_000 });
  const isHeld = orderId !== undefined && constraintOf(error) === "idempotency_one_per_order";
  // Whoever held it may have let it go meanwhile, and where that cannot be asked it is still true that nothing was written.
  const held = isHeld && (await whyHeld(store, intent.account, orderId).catch(() => undefined));
  if (held) throw held;
  throw new IdempotencyError("RELEASED", { cause: error, retryAfterMs: 1_000 });
}
