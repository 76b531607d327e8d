import { sql } from "drizzle-orm";
import { IdempotencyError } from "../../idempotency/index.ts";
import type { LaneRun } from "../lane.ts";
import { requiredKey } from "./required-key.ts";

export type Claimed = { fence: number } | { answer: string };

export interface ClaimHow {
  /** False: the claim never ends. */
  lease?: boolean;
  /** The bank knows the lane's key, so that it may be asked again with it. */
  handsKeyOn?: boolean;
}

/**
 * The part that most lanes do right: one attempt at a time owns a key, a lease ends, another request under the key is
 * refused. Gives the stored answer where there is one.
 * @throws {IdempotencyError} IN_PROGRESS, KEY_REUSED, OUTCOME_UNKNOWN, KEY_INVALID
 */
export async function claimKey(
  run: LaneRun,
  fingerprint: string,
  { lease = true, handsKeyOn = false }: ClaimHow = {},
): Promise<Claimed> {
  const key = requiredKey(run);
  const until = lease
    ? sql`clock_timestamp() + ${run.leaseMs}::integer * interval '1 millisecond'`
    : sql`null`;
  const [mine] = await run.db.execute(sql`
    insert into lab_keys as k (account, lane, key, order_id, fingerprint, state, lease_until)
    values (${run.account}, ${run.lane}, ${key}::uuid, ${run.order.orderId}::uuid, ${fingerprint}, 'in_progress', ${until})
    on conflict (account, lane, key) do update set fence = k.fence + 1, lease_until = excluded.lease_until
      where k.state = 'in_progress' and k.lease_until < clock_timestamp() and k.fingerprint = excluded.fingerprint
        and (not k.asked or ${handsKeyOn}::boolean)
    returning fence`);
  if (mine) return { fence: Number(mine["fence"]) };
  const [known] = await run.db.execute(sql`
    select fingerprint, state, answer, asked and lease_until < clock_timestamp() as unclear from lab_keys
     where account = ${run.account} and lane = ${run.lane} and key = ${key}::uuid`);
  if (known && known["fingerprint"] !== fingerprint) throw new IdempotencyError("KEY_REUSED");
  if (typeof known?.["answer"] === "string") return { answer: known["answer"] };
  if (known?.["state"] === "unknown" || known?.["unclear"] === true)
    throw new IdempotencyError("OUTCOME_UNKNOWN", { retryAfterMs: 1_000 });
  throw new IdempotencyError("IN_PROGRESS", { retryAfterMs: 500 });
}
