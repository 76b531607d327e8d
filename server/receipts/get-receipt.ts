import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";
import { listMailbox, type MailboxEntry } from "./list-mailbox.ts";

const stored = z.object({
  queuedAt: z.string(),
  sentAt: z.string().nullable(),
  via: z.enum(["inbox", "smtp"]).nullable(),
  attempts: z.number().int(),
  lastError: z.string().nullable(),
  review: z.string().nullable(),
});

export interface ReceiptState {
  /** `none`: the order is not paid, or is no order of this account. */
  status: "none" | "queued" | "sent";
  /** Every delivery that the demo's own mailbox has, the oldest first. */
  deliveries: MailboxEntry[];
  /** How many different receipts these are: deliveries of one Message-ID are one. */
  effective: number;
  /** What the worker has written down about it. */
  sending?: z.output<typeof stored>;
}

/** Where the receipt of an order stands. */
export async function getReceipt(
  db: Database,
  account: string,
  orderId: string,
): Promise<ReceiptState> {
  const [row] = await db.execute(sql`
    select ${utc("queued_at")} as "queuedAt", ${utc("sent_at")} as "sentAt", via, attempts, last_error as "lastError", review
      from receipts where account = ${account} and order_id = ${orderId}::uuid`);
  const deliveries = (await listMailbox(db, account, orderId)).reverse();
  const effective = new Set(deliveries.map(({ messageId }) => messageId)).size;
  if (row === undefined) return { status: "none", deliveries, effective };
  const sending = stored.parse(row);
  return { status: sending.sentAt ? "sent" : "queued", deliveries, effective, sending };
}
