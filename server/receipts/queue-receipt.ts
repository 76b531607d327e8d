import { sql, type SQL } from "drizzle-orm";
import { receiptJob } from "./receipt-job.ts";

/**
 * The receipt of a paid order and its job, as a statement that selects from `done`: both exist if the payment was
 * committed, and neither if it was not. The job's id is written into the row: a branch that only called
 * `add_job` and was read by nobody would not be run at all.
 */
export function queueReceipt(orderId: string): SQL {
  return sql`insert into receipts (account, order_id, job_id)
    select paid.account, paid.order_id, (${receiptJob({ row: sql`paid` })}).id
      from (select account, ${orderId}::uuid as order_id from done) paid`;
}
