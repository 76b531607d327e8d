import { sql, type SQL } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { LaneEvent } from "../lane.ts";

/** One receipt in a lane's mailbox, whoever else has written one. `from` may hold it back by having no row. */
export function writeReceipt({ account, lane, orderId, id }: LaneEvent, from?: SQL): SQL {
  return sql`insert into lab_receipts (account, lane, order_id, receipt_id, event_id)
    select ${account}, ${lane}, ${orderId}::uuid, ${uuidv7()}::uuid, ${id} ${from ? sql`from ${from}` : sql``}
    returning receipt_id`;
}
