import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";

const event = z.object({
  eventId: z.string(),
  type: z.string(),
  /** As in `db/migrations/0005_events.sql`. */
  effect: z.enum(["settled", "known", "none", "unmatched"]),
  idempotencyKey: z.string().nullable(),
  orderId: z.string().nullable(),
  /** The bank's object that it tells of. */
  reference: z.string().nullable(),
  at: z.string(),
});
export type InboxEvent = z.output<typeof event>;

const EVENTS_MAX = 100;

/** The bank's signed events that this account's inbox has, the newest first; at most 100. One row however often one was delivered. */
export async function listInbox(db: Database, account: string): Promise<InboxEvent[]> {
  const rows = await db.execute(sql`
    select event_id as "eventId", type, effect, key as "idempotencyKey", order_id as "orderId", reference,
           ${utc("at")} as at
      from webhook_inbox where account = ${account} order by webhook_inbox.at desc limit ${EVENTS_MAX}`);
  return rows.map((row) => event.parse(row));
}
