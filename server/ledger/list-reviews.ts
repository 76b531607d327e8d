import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";

const review = z.object({
  idempotencyKey: z.string(),
  procedure: z.string(),
  orderId: z.string().nullable(),
  reason: z.string(),
  attempts: z.number().int(),
  since: z.string(),
});
export type Review = z.output<typeof review>;

/** Intents of this account that nobody may send again and nobody knows the outcome of, the oldest first; at most 100. */
export async function listReviews(db: Database, account: string): Promise<Review[]> {
  const rows = await db.execute(sql`
    select key as "idempotencyKey", procedure, order_id as "orderId", coalesce(review, 'unknown') as reason, fence as attempts,
           to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
      from idempotency_keys where account = ${account} and state = 'needs_review'
     order by updated_at limit 100`);
  return rows.map((row) => review.parse(row));
}
