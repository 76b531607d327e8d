import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";

const entry = z.object({
  deliveryId: z.string(),
  orderId: z.string(),
  messageId: z.string(),
  recipient: z.string(),
  subject: z.string(),
  text: z.string(),
  deliveredAt: z.string(),
  /** The first delivery of a Message-ID. The others are the same receipt once more. */
  takesEffect: z.boolean(),
});
export type MailboxEntry = z.output<typeof entry>;

const ENTRIES_MAX = 100;

/** The mails of this account, the newest first, or those of one of its orders; at most 100. */
export async function listMailbox(
  db: Database,
  account: string,
  orderId?: string,
): Promise<MailboxEntry[]> {
  const rows = await db.execute(sql`
    select m.delivery_id::text as "deliveryId", m.order_id::text as "orderId", m.message_id as "messageId", m.recipient, m.subject, m.text,
           ${utc("m.delivered_at")} as "deliveredAt",
           not exists (select 1 from mailbox earlier where earlier.account = m.account and earlier.order_id = m.order_id
             and earlier.message_id = m.message_id and earlier.delivery_id < m.delivery_id) as "takesEffect"
      from mailbox m
     where m.account = ${account} and (${orderId ?? null}::uuid is null or m.order_id = ${orderId ?? null}::uuid)
     order by m.delivery_id desc limit ${ENTRIES_MAX}`);
  return rows.map((row) => entry.parse(row));
}
