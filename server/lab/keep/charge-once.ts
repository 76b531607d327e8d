import { sql, type SQL } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { IdempotencyError, NotTaken } from "../../idempotency/index.ts";
import type { ChargeResult } from "../../payments/provider.ts";
import type { LaneRun } from "../lane.ts";
import { forgetKey } from "./forget-key.ts";
import { requiredKey } from "./required-key.ts";

/** From here on nobody else may ask the bank for this key. */
export function markAsked(run: LaneRun): SQL {
  return sql`update lab_keys set asked = true
              where account = ${run.account} and lane = ${run.lane} and key = ${requiredKey(run)}::uuid`;
}

/**
 * Asks the bank for a claimed key, once. The bank does not know the lane's key, so what is unclear stays unclear.
 * @throws {IdempotencyError} RELEASED: nothing was taken; OUTCOME_UNKNOWN
 */
export async function chargeOnce(run: LaneRun): Promise<ChargeResult> {
  await run.db.execute(markAsked(run));
  try {
    return await run.charge(uuidv7());
  } catch (cause) {
    if (cause instanceof NotTaken) {
      await run.db.execute(forgetKey(run));
      throw new IdempotencyError("RELEASED", { retryAfterMs: 500, cause });
    }
    await run.db.execute(sql`update lab_keys set state = 'unknown'
      where account = ${run.account} and lane = ${run.lane} and key = ${requiredKey(run)}::uuid`);
    throw new IdempotencyError("OUTCOME_UNKNOWN", { retryAfterMs: 1_000, cause });
  }
}
