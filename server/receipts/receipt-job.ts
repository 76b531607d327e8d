import { sql, type SQL } from "drizzle-orm";

export const SEND_RECEIPT = "send-receipt";

/**
 * The call that enqueues the sending of one receipt. Its key is derived from account and order: however often it is
 * enqueued, at most one job of it waits.
 * @param at the columns of a row that has `account`, `order_id` and, if given, the time before which nobody tries
 */
export function receiptJob(at: { row: SQL; runAt?: SQL }): SQL {
  const { row, runAt = sql`null` } = at;
  return sql`graphile_worker.add_job(${SEND_RECEIPT}::text,
      json_build_object('account', ${row}.account, 'orderId', ${row}.order_id), run_at := ${runAt}, job_key := ${jobKey(row)})`;
}

export function jobKey(row: SQL): SQL {
  return sql`'receipt:' || ${row}.account || ':' || ${row}.order_id::text`;
}
