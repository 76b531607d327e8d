import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";

const review = z.object({
  idempotencyKey: z.string(),
  procedure: z.string(),
  orderId: z.string().nullable(),
  reason: z.string(),
  attempts: z.number().int(),
  since: z.string(),
});
export type Review = z.output<typeof review>;

/**
 * What waits for a person in this account, the oldest first, at most 100: intents that nobody may send again and nobody
 * knows the outcome of, and receipts that nobody tries to deliver any more (of the intent that paid).
 */
export async function listReviews(db: Database, account: string): Promise<Review[]> {
  const rows = await db.execute(sql`
    select "idempotencyKey", procedure, "orderId", reason, attempts,
           ${utc("since")} as since
      from (select key as "idempotencyKey", procedure, order_id as "orderId", coalesce(review, 'unknown') as reason,
                   fence as attempts, updated_at as since
              from idempotency_keys where account = ${account} and state = 'needs_review'
             union all
            select c.key, 'receipt', r.order_id::text, r.review, r.attempts, r.due_at
              from receipts r join charges c on c.account = r.account and c.order_id = r.order_id
             where r.account = ${account} and r.review is not null and r.sent_at is null) waiting
     order by waiting.since limit 100`);
  return rows.map((row) => review.parse(row));
}
