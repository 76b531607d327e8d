import { sql } from "drizzle-orm";
import { classify, codeOf, isRefusedForGood } from "./classify.ts";
import type { Effect } from "./effects.ts";
import { Fenced, NeedsReview } from "./errors.ts";
import type { LifecyclePoint } from "./lifecycle.ts";
import { type Grant, type PendingResult, recordResults } from "./core/fenced-writes.ts";
import { rowsOf, type Store } from "./store.ts";

interface Recording {
  store: Store;
  grant: Grant;
  emit(point: LifecyclePoint, detail?: { step?: string }): Promise<void>;
}

/**
 * A step's result and its effects in one commit, while the run goes on. When this fails nothing of it is written, not
 * even the result: whoever comes next finds the step open, asks what became of it, and records it with its effects.
 * @throws {Fenced} a newer fence owns the key
 * @throws {NeedsReview} the effects are refused for good
 */
export async function recordStep(
  { store, grant, emit }: Recording,
  pending: PendingResult[],
  told: PendingResult,
  effects: Effect[],
): Promise<void> {
  const { step } = told;
  await emit("before-commit", { step });
  try {
    if (!(await recordResults(store, grant, [...pending, told], effects))) throw new Fenced();
  } catch (error) {
    if (isRefusedForGood(error)) {
      throw new NeedsReview(`step ${step} is done, and its rows are refused (${codeOf(error)})`, {
        cause: error,
      });
    }
    if (error instanceof Fenced || classify(error) !== "unknown") throw error;
    if (!(await isRecorded(store, grant, told))) throw error;
  }
  await emit("after-commit", { step });
}

/** A lost acknowledgement is read again and never run again: the same reset comes with the row and without it. */
async function isRecorded(
  store: Store,
  { account, key, fence }: Grant,
  { step, result }: PendingResult,
): Promise<boolean> {
  const rows = await rowsOf(
    store,
    sql`select 1 from idempotency_keys k join idempotency_steps s on s.account = k.account and s.key = k.key
         where k.account = ${account} and k.key = ${key} and k.fence = ${fence} and k.state = 'in_progress'
           and s.step = ${step} and s.result = ${result}`,
  ).catch(() => []);
  return rows.length > 0;
}
