import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { jobKey, receiptJob } from "./receipt-job.ts";

const AT_ONCE = 100;

/**
 * One round: receipts that are due and have no job that could run, because its worker died with it (the queue keeps
 * such a job locked for 4 hours) or because somebody deleted it. The row is the truth, so they are enqueued
 * again, under the same job key. Gives how many.
 * @param leaseMs whoever locked a job less than this ago may be about to claim its receipt
 */
export async function requeueLost(db: Database, leaseMs: number): Promise<number> {
  const rows = await db.execute(sql`
    with lost as materialized (
      select r.account, r.order_id from receipts r
       where r.sent_at is null and r.review is null and r.due_at <= clock_timestamp()
         and not exists (
           select 1 from graphile_worker.jobs j
            where j.key = ${jobKey(sql`r`)} and case when j.locked_at is null then j.attempts < j.max_attempts
              else j.locked_at > clock_timestamp() - ${leaseMs}::integer * interval '1 millisecond' end)
       order by r.due_at limit ${AT_ONCE}
    )
    select (${receiptJob({ row: sql`lost` })}).id from lost`);
  return rows.length;
}
