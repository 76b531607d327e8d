import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import type { Mail, Mailer } from "../../receipts/mailer.ts";

/**
 * The wrong twin of `server/receipts/send-receipt.ts`: it looks, it acts, it writes down. Two at once both see "not
 * sent"; one that dies before it writes is followed by one that sees "not sent"; and nothing tells the second mail from
 * another receipt.
 */
export async function sendReceiptCheckThenAct(
  db: Database,
  mailer: Mailer,
  mail: Mail,
): Promise<"sent" | "already sent"> {
  const { account, orderId } = mail;
  await db.execute(sql`
    insert into lab_receipts_check_then_act (account, order_id) values (${account}, ${orderId}::uuid)
    on conflict do nothing`);
  // cause: S8
  const [row] = await db.execute(sql`
    select sent_at from lab_receipts_check_then_act where account = ${account} and order_id = ${orderId}::uuid`);
  if (row?.["sent_at"] !== null) return "already sent";
  await mailer.deliver({ ...mail, messageId: `<${randomUUID()}@payonce.example>` });
  await db.execute(sql`
    update lab_receipts_check_then_act set sent_at = clock_timestamp()
     where account = ${account} and order_id = ${orderId}::uuid`);
  // end
  return "sent";
}
