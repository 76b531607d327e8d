import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";
import type { TimelineEvent } from "./event.ts";
import { readEvent } from "./list-events.ts";

/**
 * How long a row with a low number may stay unseen while higher ones are there: ids are drawn before the commit.
 * A line is one statement, and Postgres ends that after 1.5 s at the latest.
 */
const SETTLES_AFTER_S = 5;
const ROWS = 500;

/** A place in an account's events. All at or below `settled` are known; `seen` are those above, and when they were read. */
export interface Cursor {
  settled: string;
  seen: Map<string, number>;
}

/**
 * Where a reader begins who knows the events up to `lastEventId`, or none. It goes back a little, so the first read
 * may bring what is known already: events have ids, and nobody should count them otherwise.
 */
export async function openCursor(
  db: Database,
  account: string,
  lastEventId: string | null,
): Promise<Cursor> {
  const [row] = await db.execute(sql`
    select id::text from timeline_events
     where account = ${account} and (${lastEventId}::bigint is null or id <= ${lastEventId}::bigint)
       and written_at < coalesce((select written_at from timeline_events
                                   where account = ${account} and id = ${lastEventId}::bigint), clock_timestamp())
                        - make_interval(secs => ${SETTLES_AFTER_S})
     order by id desc limit 1`);
  return { settled: String(row?.["id"] ?? "0"), seen: new Map() };
}

/** Events of the account that this cursor has not given yet, at most 500; moves the cursor. */
export async function readNewEvents(
  db: Database,
  account: string,
  cursor: Cursor,
): Promise<TimelineEvent[]> {
  const now = performance.now();
  const seen = `{${[...cursor.seen.keys()].join(",")}}`;
  const rows = await db.execute(sql`
    select id::text, ${utc("at")} as at, order_id as "orderId",
           key as "idempotencyKey", lane, arrival, fence, client_attempt::text as "clientAttempt", sent_by as "sentBy",
           point, outcome, text, detail::text as detail
      from timeline_events
     where account = ${account} and id > ${cursor.settled}::bigint and id <> all (${seen}::bigint[])
     order by id limit ${ROWS}`);
  const events = rows.map((row) => readEvent(row));
  // This read has seen whatever has a lower number than what was read so long ago.
  const settled = [...cursor.seen].filter(([, readAt]) => now - readAt > SETTLES_AFTER_S * 1_000);
  for (const [id] of settled) {
    if (BigInt(id) > BigInt(cursor.settled)) cursor.settled = id;
  }
  for (const { id } of events) cursor.seen.set(id, now);
  for (const id of cursor.seen.keys()) {
    if (BigInt(id) <= BigInt(cursor.settled)) cursor.seen.delete(id);
  }
  return events;
}
