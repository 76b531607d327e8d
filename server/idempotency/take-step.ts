import { hash } from "node:crypto";
import type { SQL } from "drizzle-orm";
import type { RecordedStep } from "./core/key-row.ts";
import type { Effect } from "./effects.ts";
import { Fenced, NeedsReview, NotTaken } from "./errors.ts";
import type { LifecyclePoint } from "./lifecycle.ts";
import { recordStep } from "./record-step.ts";
import { type Grant, mark, type PendingResult } from "./core/fenced-writes.ts";
import { binds, takePlace } from "./step-order.ts";
import type { Store } from "./store.ts";

/** Request and result are plain JSON: every attempt, the first one too, is given what is written down of them. */
export interface Step<Request, Result> {
  /** What will be sent. Frozen by the first attempt; later ones send those bytes and never call this. */
  request(): Request;
  /** Rejects with {@link NotTaken} only when the call surely did nothing; any other rejection means unknown. */
  send(request: Request, providerKey: string): Promise<Result>;
  /** Asks the other system what became of an earlier send. `undefined` is no proof that nothing happened. */
  lookUp?(request: Request, providerKey: string): Promise<Result | undefined>;
  /**
   * Records the result at once, in a commit of its own, together with these effects, as
   * those of `commit`. For handlers of several steps. Without it the result rides in the next write.
   */
  record?(result: Result): Effect[];
  /** What the key's lease is renewed to with this step's mark, where its call may take longer than the others'. */
  leaseMs?: number;
}

/** What an attempt was granted, and what it works with. */
export interface AttemptContext {
  store: Store;
  grant: Grant;
  orderId: string | null;
  steps: Map<string, RecordedStep>;
  ageMs: number;
  leaseMs: number;
  recoverWithinMs: number;
  namespace: string;
  /** Throws on an answer that must not be stored. */
  check(answer: unknown): unknown;
  /** Statements of the caller's that ride in the commit. */
  alongside: SQL[];
  emit(point: LifecyclePoint, detail?: { step?: string; detail?: string }): Promise<void>;
}

/** How far an attempt has come. */
export interface Progress {
  /** Results that ride in the next write. */
  pending: PendingResult[];
  /** Names of the steps that were begun, in their order. */
  taken: string[];
  /** Steps of this attempt that somebody has sent and whose outcome nobody knows yet. */
  open: Set<string>;
  /** The step that is marked as sent and has not come back. */
  marked: string | undefined;
  /** That step's call may have done something. */
  inDoubt: boolean;
  /** The step that has not come to its end. */
  running: string | undefined;
  /** It was another system that failed. */
  otherFailed: boolean;
  /** The handler has ended: what it left running must not be sent any more. */
  isOver: boolean;
}

/** Freeze, mark, ask: the three things that make a call to another system safe to repeat. */
export async function takeStep<Request, Result>(
  context: AttemptContext,
  progress: Progress,
  name: string,
  how: Step<Request, Result>,
): Promise<Result> {
  // With two calls out at once nobody could say which of them a refusal speaks of.
  if (progress.running !== undefined)
    throw new Error(
      `Step ${name} is taken while ${progress.running} runs: await one, then take the next`,
    );
  const place = takePlace(context.steps, progress.taken, name);
  const known = context.steps.get(name);
  if (known && known.result !== null) return JSON.parse(known.result);

  progress.running = name;
  try {
    return JSON.parse(await resultOf(context, progress, { name, place }, known, how));
  } finally {
    progress.running = undefined;
  }
}

/** As it is written down, or will be with the next write. */
async function resultOf<Request, Result>(
  context: AttemptContext,
  progress: Progress,
  { name, place }: { name: string; place: number },
  known: RecordedStep | undefined,
  how: Step<Request, Result>,
): Promise<string> {
  const { request: frozen, providerKey } = known?.marked
    ? known
    : await freeze(context, progress, { name, place }, known, how);
  const request: Request = JSON.parse(frozen);
  const sentBefore = (known?.openSends.length ?? 0) > 0;
  progress.inDoubt = sentBefore;
  if (sentBefore) progress.open.add(name);
  await context.emit("before-provider", { step: name });
  if (progress.isOver) throw new Fenced();
  const result = await ask(context, progress, name, how, request, providerKey, sentBefore).catch(
    (error: unknown) => {
      progress.otherFailed = true;
      throw error;
    },
  );
  progress.marked = undefined;
  await context.emit("after-provider", { step: name });
  const told = { step: name, result: jsonOf(result) };
  if (how.record) {
    // Open until it is recorded: a result must never be written without the effects that belong to it.
    await recordStep(context, progress.pending, told, how.record(JSON.parse(told.result)));
    progress.pending = [];
  } else {
    progress.pending.push(told);
  }
  progress.open.delete(name);
  return told.result;
}

/** What gives nothing has given null: every step that is done has a result. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** Gives what is written down: of two holders the first has frozen it, and named its key while its call is open. */
async function freeze<Request>(
  context: AttemptContext,
  progress: Progress,
  step: { name: string; place: number },
  known: RecordedStep | undefined,
  how: Step<Request, unknown>,
): Promise<Pick<RecordedStep, "request" | "providerKey">> {
  const { store, grant, leaseMs, namespace } = context;
  const request = known?.request ?? jsonOf(how.request());
  const row = await mark(
    store,
    grant,
    { ...step, request, providerKey: providerKeyOf(namespace, grant, step.name) },
    how.leaseMs ?? leaseMs,
    progress.pending,
  );
  if (row === undefined) throw new Fenced();
  progress.pending = [];
  progress.marked = step.name;
  return { request: String(row["request"]), providerKey: String(row["provider_key"]) };
}

async function ask<Request, Result>(
  { ageMs, recoverWithinMs, namespace, grant }: AttemptContext,
  progress: Progress,
  name: string,
  how: Step<Request, Result>,
  request: Request,
  providerKey: string,
  sentBefore: boolean,
): Promise<Result> {
  if (sentBefore) {
    const found = await how.lookUp?.(request, providerKey);
    if (found !== undefined) return found;
    // By now the other system may have forgotten the key: sending again could do it twice.
    if (ageMs > recoverWithinMs)
      throw new NeedsReview(
        `step ${name}: sent, and its outcome was not found within the recovery horizon`,
      );
    // Whom it would be sent to now may be another than it was sent to then, who has never heard of its key.
    if (providerKey !== providerKeyOf(namespace, grant, name))
      throw new NeedsReview(
        `step ${name}: sent under another namespace, and its outcome is not found under this one`,
      );
  }
  progress.inDoubt = true;
  progress.open.add(name);
  try {
    return await how.send(request, providerKey);
  } catch (error) {
    // This call did nothing. Whether an earlier one did is for the marks of the others to say.
    if (error instanceof NotTaken) {
      progress.inDoubt = false;
      if (!sentBefore) progress.open.delete(name);
    }
    throw error;
  }
}

/** As it is written down, once the next system may know the step by it; what surely nobody took is sent under today's. */
export function keyOfStep({ steps, namespace, grant }: AttemptContext, step: string): string {
  const known = steps.get(step);
  const isKnown = known !== undefined && (known.marked || binds(known));
  return isKnown ? known.providerKey : providerKeyOf(namespace, grant, step);
}

/** 43 characters: names the intent and the step to the next system, and nothing that changes between attempts. */
export function providerKeyOf(
  namespace: string,
  intent: { account: string; key: string },
  step: string,
): string {
  return hash("sha256", JSON.stringify([namespace, intent.account, intent.key, step]), "base64url");
}
