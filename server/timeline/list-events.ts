import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";
import { timelineEvent, type TimelineEvent } from "./event.ts";

/** What each delivery of this account did, in the order in which it happened; at most 500. */
export async function listEvents(
  db: Database,
  account: string,
  filter: {
    orderId?: string | undefined;
    idempotencyKey?: string | undefined;
    lane?: string | undefined;
    after?: string | undefined;
  },
): Promise<TimelineEvent[]> {
  const rows = await db.execute(sql`
    select id::text, ${utc("at")} as at, order_id as "orderId",
           key as "idempotencyKey", lane, arrival, fence, client_attempt::text as "clientAttempt", sent_by as "sentBy", point, outcome, text, detail::text as detail
      from timeline_events
     where account = ${account}
       and (${filter.orderId ?? null}::text is null or order_id = ${filter.orderId ?? null})
       and (${filter.idempotencyKey ?? null}::uuid is null or key = ${filter.idempotencyKey ?? null}::uuid)
       and (${filter.lane ?? null}::text is null or lane = ${filter.lane ?? null})
       and id > ${filter.after ?? "0"}::bigint
     order by id limit 500`);
  return rows
    .map((row) => readEvent(row))
    .sort((a, b) => (a.at === b.at ? Number(a.id) - Number(b.id) : a.at < b.at ? -1 : 1));
}

/** A row as the statements of this folder select it. */
export function readEvent(row: Record<string, unknown>): TimelineEvent {
  const detail: unknown = row["detail"] === null ? null : JSON.parse(String(row["detail"]));
  return timelineEvent.parse({ ...row, detail });
}
