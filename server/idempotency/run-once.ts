import type { SQL } from "drizzle-orm";
import { Attempt, type Committed } from "./attempt.ts";
import { claim, type ClaimVerdict } from "./core/claim.ts";
import { classify } from "./classify.ts";
import { Fenced, IdempotencyError } from "./errors.ts";
import { canonicalJson, fingerprint } from "./fingerprint.ts";
import { assertForm, assertKept } from "./key-form.ts";
import { isOutlived } from "./is-outlived.ts";
import type { Admission, AdmittedStep, Intent, SeenRow } from "./core/key-row.ts";
import { type Emit, emitter, type Listener } from "./lifecycle.ts";
import { orderHeld } from "./order-held.ts";
import { readAnswer, type Recorded } from "./read-answer.ts";
import type { ReadsInput } from "./same-request.ts";
import { pause, type Store } from "./store.ts";
import { providerKeyOf } from "./take-step.ts";
import { takeSeat } from "./waiting-room.ts";

export interface Limits {
  /** How long an attempt owns a key without renewing it. */
  leaseMs: number;
  /** How long a duplicate waits for the running attempt's answer. It holds no connection meanwhile. */
  waitMs: number;
  /** How long after the claim a step may be sent again. Must be shorter than the provider remembers its keys. */
  recoverWithinMs: number;
}

export interface RunOnce<Answer> {
  store: Store;
  account: string;
  /** Canonical UUID, lower case. */
  key: string;
  procedure: string;
  /** The accepted input without its key; plain JSON. */
  input: unknown;
  /** By which `input` was read. With it, a deploy that reads more into each request takes none of those in flight for another. */
  reads?: ReadsInput;
  /** What makes derived keys differ between applications and environments that share a provider. */
  namespace: string;
  limits: Limits;
  /** Decided by Postgres within the claim; without it every new key is admitted. */
  admission?: Pick<Admission, "select" | "again" | "outdated"> & { step?: string };
  /** Called when a new key was not admitted: throws the reason. Returning means "look again". */
  refuse?(): Promise<void>;
  /**
   * Set by a completer alone, which carries on what was abandoned: `void` gives the intent up instead, if nothing
   * can have been taken. What was sent is looked up and finished either way.
   */
  onAbandon?: "complete" | "void";
  /** Throws on an answer that must not be stored. Runs before the commit. */
  check?(answer: unknown): unknown;
  handler(attempt: Attempt): Promise<Committed<Answer>>;
  /** Rows of the caller's own in whatever commit ends the attempt: statements that select from `done`, as effects do. */
  alongside?: SQL[];
  onEvent?: Listener;
}

const LOOKS_MAX = 3;

/**
 * Runs `handler` at most once at a time for (account, key) and gives everybody the answer that it committed.
 * @throws {IdempotencyError} with a code of the closed table; whatever `refuse` throws
 * @throws {TypeError} before anything is asked: an input that is no plain JSON, or a name that Postgres cannot keep as it is
 */
export async function runOnce<Answer>(run: RunOnce<Answer>): Promise<Recorded> {
  const { account, key, procedure } = run;
  assertForm(key);
  assertKept({ account, procedure });
  const input = canonicalJson(run.input);
  const intent: Intent = { account, key, procedure, fingerprint: fingerprint(input), input };
  const emit = emitter(run);
  await emit("before-claim", { detail: intent.fingerprint });

  const seat: Seat = {};
  try {
    return await runOrRead(run, intent, emit, seat);
  } finally {
    seat.giveBack?.();
  }
}

/** Where a duplicate waits: taken with its first pause, kept until it is answered. */
interface Seat {
  giveBack?: () => void;
}

async function runOrRead<Answer>(
  run: RunOnce<Answer>,
  intent: Intent,
  emit: Emit,
  seat: Seat,
): Promise<Recorded> {
  const giveUpAt = performance.now() + run.limits.waitMs;
  for (let looks = 1; ;) {
    const verdict = await claimOrSay(run, intent);
    if (verdict.kind === "mine") {
      const recorded = await execute(run, verdict, emit);
      if (recorded) return recorded;
    } else if (verdict.kind === "order-held") {
      const held = orderHeld(verdict.by);
      await emit("refused", { detail: held.code });
      throw held;
    } else if (verdict.kind === "outlived") {
      await emit("refused", { detail: "KEY_EXPIRED" });
      throw new IdempotencyError("KEY_EXPIRED");
    } else if (verdict.kind === "absent") {
      // A row that another duplicate inserted after this statement began is not in its snapshot: look again first.
      if (looks > 1) await run.refuse?.();
      if (looks === LOOKS_MAX) throw new IdempotencyError("IN_PROGRESS", { retryAfterMs: 500 });
      looks += 1;
    } else {
      const recorded = await readAnswer(verdict.row, intent, emit);
      if (recorded) return recorded;
      await wait(verdict.row, intent, seat, giveUpAt, emit);
    }
  }
}

async function claimOrSay<Answer>(
  run: RunOnce<Answer>,
  intent: Intent,
): Promise<ClaimVerdict | { kind: "outlived" }> {
  // Whoever may give the intent up must not mark a send first.
  const first = run.onAbandon === "void" ? undefined : run.admission?.step;
  const step = first === undefined ? undefined : firstStep(run.namespace, intent, first);
  const admission = run.admission && { ...run.admission, step };
  try {
    const outlived = isOutlived(run.store, intent);
    if (outlived && (await outlived)) return { kind: "outlived" };
    return await claim(run.store, intent, run.limits.leaseMs, admission, run.reads);
  } catch (error) {
    if (error instanceof IdempotencyError) throw error;
    if (classify(error) !== "unknown") {
      throw new IdempotencyError("STORE_UNAVAILABLE", { cause: error, retryAfterMs: 1_000 });
    }
    // The claim may stand, and then the completer will carry it out: only "unknown" is true.
    throw new IdempotencyError("OUTCOME_UNKNOWN", { cause: error, retryAfterMs: 1_000 });
  }
}

function firstStep(namespace: string, intent: Intent, name: string): AdmittedStep {
  let derived: string | undefined;
  return { name, providerKey: () => (derived ??= providerKeyOf(namespace, intent, name)) };
}

/** Undefined: a newer fence owns the key; what it records is the answer. */
async function execute<Answer>(
  run: RunOnce<Answer>,
  grant: ClaimVerdict & { kind: "mine" },
  emit: Emit,
): Promise<Recorded | undefined> {
  const { fence, orderId } = grant;
  const always = orderId === null ? { fence } : { fence, orderId };
  const told: Emit = run.onEvent ? (point, more) => emit(point, { ...always, ...more }) : emit;
  const attempt = new Attempt({
    store: run.store,
    grant: { account: run.account, key: run.key, fence },
    orderId,
    steps: grant.steps,
    ageMs: grant.ageMs,
    leaseMs: run.limits.leaseMs,
    recoverWithinMs: run.limits.recoverWithinMs,
    namespace: run.namespace,
    check: run.check ?? ((answer) => answer),
    alongside: run.alongside ?? [],
    emit: told,
  });
  let verdict: IdempotencyError | undefined;
  try {
    await told("after-claim", { detail: fence === 1 ? "claimed" : "taken over" });
    if (run.onAbandon === "void") verdict = await attempt.giveUpForGood();
    if (verdict === undefined) {
      const { text } = await run.handler(attempt);
      return { text, replayed: false, attempt: fence };
    }
  } catch (error) {
    verdict = error instanceof Fenced ? undefined : await attempt.end(error);
  }
  if (verdict !== undefined) throw verdict;
  await told("fenced");
  return undefined;
}

async function wait(
  row: SeenRow,
  intent: Intent,
  seat: Seat,
  giveUpAt: number,
  emit: Emit,
): Promise<void> {
  const left = giveUpAt - performance.now();
  const giveBack = left > 0 ? (seat.giveBack ?? takeSeat(intent)) : undefined;
  if (giveBack === undefined) {
    await emit("refused", { fence: row.fence, detail: "IN_PROGRESS" });
    throw new IdempotencyError("IN_PROGRESS", {
      attempt: row.fence,
      retryAfterMs: Math.max(500, Math.min(row.leaseLeftMs, 2_000)),
    });
  }
  seat.giveBack = giveBack;
  await emit("waiting", { fence: row.fence });
  await pause(Math.min(100 + Math.random() * 150, left));
}
