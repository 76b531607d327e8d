import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

/**
 * The conditional mark: of any number of senders one changes the row. It asks for no lease: whoever has sent
 * the mail has sent it. False: another one marked it first.
 */
export async function markSent(
  db: Database,
  { account, orderId }: { account: string; orderId: string },
  via: "inbox" | "smtp",
): Promise<boolean> {
  const rows = await db.execute(sql`
    update receipts set sent_at = clock_timestamp(), via = ${via}, last_error = null
     where account = ${account} and order_id = ${orderId}::uuid and sent_at is null
    returning order_id`);
  return rows.length === 1;
}
