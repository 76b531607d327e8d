import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import type { LaneEvent } from "../lane.ts";

/** The part that most lanes do right: the event's id and its effect are one commit, and an order has one receipt. */
export async function receiveOnce(db: Database, event: LaneEvent): Promise<boolean> {
  const { account, lane, orderId, id } = event;
  const rows = await db.execute(sql`
    with seen as (
      insert into lab_events (account, lane, event_id) values (${account}, ${lane}, ${id}) on conflict do nothing returning 1
    ) insert into lab_receipts (account, lane, order_id, receipt_id, event_id)
      select ${account}, ${lane}, ${orderId}::uuid, ${orderId}::uuid, ${id} from seen on conflict do nothing returning receipt_id`);
  return rows.length > 0;
}
