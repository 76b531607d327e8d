import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

/**
 * Removes rows of events that were taken 90 days ago, by the owner's function: the bank forgets an event after 30, and can
 * repeat it no more. One that came all the same would find the books as they are and be `known`.
 * @returns how many
 */
export async function forgetInbox(db: Database, atMost: number): Promise<number> {
  const [row] = await db.execute(sql`select webhook_inbox_forget(${atMost}::integer) as forgotten`);
  return Number(row?.["forgotten"]);
}
