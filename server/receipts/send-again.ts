import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { receiptJob } from "./receipt-job.ts";

/**
 * A person's decision about a receipt that nobody tries to deliver any more: one more try, enqueued in the same
 * statement. False: it does not wait for one. The try is the ordinary one, under the same Message-ID.
 */
export async function sendAgain(db: Database, account: string, orderId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with again as (
      update receipts set review = null, due_at = clock_timestamp()
       where account = ${account} and order_id = ${orderId}::uuid and review is not null and sent_at is null
      returning account, order_id
    )
    select (${receiptJob({ row: sql`again` })}).id from again`);
  return rows.length > 0;
}
