import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

export interface Delivery {
  account: string;
  orderId: string;
  messageId: string;
  recipient: string;
  subject: string;
  text: string;
}

/** Every delivery is kept, the second of a Message-ID as well: which takes effect is seen on reading. */
export async function keepMail(db: Database, delivery: Delivery): Promise<void> {
  const { account, orderId, messageId, recipient, subject, text } = delivery;
  await db.execute(sql`
    insert into mailbox (account, order_id, message_id, recipient, subject, text)
    values (${account}, ${orderId}::uuid, ${messageId}, ${recipient}, ${subject}, ${text})`);
}
