import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { ClaimedReceipt } from "./claim-receipt.ts";
import { receiptJob } from "./receipt-job.ts";

/** After this a person decides: a mail server that is away for three days does not come back by being asked. */
const RETRY_WITHIN_HOURS = 72;

export interface PutOff {
  /** A code, never the server's sentence: it may hold an address. */
  error: string;
  /** The server has read it and will never take it. */
  refusedForGood: boolean;
  delayMs: number;
}

/**
 * The attempt failed: another one is enqueued for later in the commit that notes why. What will never be taken, and
 * what was tried for too long, waits for a person instead, where the ledger's page lists it.
 */
export async function putOff(
  db: Database,
  { account, orderId, attempt }: ClaimedReceipt,
  { error, refusedForGood, delayMs }: PutOff,
): Promise<void> {
  const review = `The mail server refuses it (${error})`;
  const tooLong = `Not delivered in ${RETRY_WITHIN_HOURS} h (${error})`;
  await db.execute(sql`
    with put as (
      update receipts set last_error = ${error}, due_at = clock_timestamp() + ${delayMs}::integer * interval '1 millisecond',
             review = case when ${refusedForGood}::boolean then ${review}
                           when queued_at < clock_timestamp() - ${RETRY_WITHIN_HOURS}::integer * interval '1 hour' then ${tooLong} end
       where account = ${account} and order_id = ${orderId}::uuid and attempts = ${attempt} and sent_at is null
      returning account, order_id, due_at, review
    )
    select (${receiptJob({ row: sql`put`, runAt: sql`put.due_at` })}).id from put where review is null`);
}
