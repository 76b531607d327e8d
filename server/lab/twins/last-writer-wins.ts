import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";

export interface SavedByAnybody {
  /** Whose lab this is. */
  account: string;
  orderId: string;
  /** Who saves: the customer, or a neighbour who sends the same id. */
  owner: string;
  items: { sku: string; quantity: number }[];
}

/** The wrong twin of `server/orders/save-order.ts`: an upsert too, and the last one to write wins. */
export async function saveOrderLastWriterWins(
  db: Database,
  { account, orderId, owner, items }: SavedByAnybody,
): Promise<void> {
  // cause: S12
  // The id alone is "the same order", whoever sends it; and nothing is asked of the row that is there already.
  await db.execute(sql`
    insert into lab_orders (account, order_id, owner, items, status)
    values (${account}, ${orderId}::uuid, ${owner}, ${JSON.stringify(items)}::text::jsonb, 'draft')
    on conflict (account, order_id) do update
      set owner = excluded.owner, items = excluded.items, status = excluded.status`);
  // end
}
