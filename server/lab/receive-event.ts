import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { BankEvent } from "../payments/bank-event.ts";
import { flush, note, uncounted, withDelivery } from "../timeline/delivery.ts";
import { receiveOnce } from "./keep/receive-once.ts";
import { LANE_BY_NAME } from "./lane-list.ts";
import type { LaneEvent, LaneName } from "./lane.ts";
import { laneOf } from "./sub-account.ts";

/** A charge is told of by several events; a receipt is written for one of them. */
const RECEIPT_FOR = "charge.succeeded";

/**
 * The bank tells of a charge of a lane: the lane writes a receipt, once or as often as its mistake makes it. None of
 * this reaches the shop's own inbox, to which money that nobody here asked for would be an alarm.
 */
export async function receiveEvent(
  db: Database,
  { id, type, account: label, orderId }: BankEvent,
): Promise<"receipt" | "repeated" | "none"> {
  const of = laneOf(label);
  if (of === undefined || orderId === undefined || type !== RECEIPT_FOR) return "none";
  const event: LaneEvent = { ...of, id, orderId };
  const receive = LANE_BY_NAME[of.lane].receive ?? receiveOnce;
  const wrote = await receive(db, event);
  await tell(db, event, wrote);
  return wrote ? "receipt" : "repeated";
}

async function tell(db: Database, { id, ...of }: LaneEvent, wrote: boolean): Promise<void> {
  const key = await runOf(db, of);
  // A lab that was reset meanwhile has nothing to tell.
  if (key === undefined) return;
  const delivery = uncounted({ ...of, key, sentBy: "bank" });
  const what = wrote ? "a receipt is written" : "nothing is written again";
  const text = `The bank tells of the charge (…${id.slice(-6)}): ${what}`;
  await withDelivery(delivery, async () => note({ point: "event", outcome: "done", text }));
  await flush(db, delivery);
}

async function runOf(
  db: Database,
  { account, lane, orderId }: { account: string; lane: LaneName; orderId: string },
): Promise<string | undefined> {
  const [row] = await db.execute(sql`
    select run_key from lab_requests where account = ${account} and lane = ${lane} and order_id = ${orderId}::uuid
     order by at desc limit 1`);
  return row && String(row["run_key"]);
}
