import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { IDEMPOTENT_LANE } from "./event.ts";

/** Ten times as long as an answer can be given again, and as long as the bank keeps its own events. */
const KEPT_DAYS = 30;

export interface Forgotten {
  /** Lines that were looked at; 0 where none of them was old. Fewer than asked for: there are no more. */
  looked: number;
  /** Where the next batch begins: past what stays. */
  upTo: string;
}

/**
 * Removes the lines of the timeline that nobody reads any more, the oldest first, and a key's counted arrivals with the last of
 * its lines: a count that began anew beside lines that stand would tell a second "arrival 1". What is told of an intent
 * that is not finished stays, whatever its age, for whoever has to decide about it. By the primary key alone, whose numbers
 * grow with time: an index of their age would cost each request, and this is one statement a minute.
 */
export async function forgetEvents(
  db: Database,
  atMost: number,
  beyond: string,
): Promise<Forgotten> {
  const [row] = await db.execute(sql`
    with oldest as materialized (
      select id, account, lane, key, written_at < now() - ${KEPT_DAYS}::integer * interval '1 day' as old
        from timeline_events where id > ${beyond}::bigint order by id limit ${atMost}::integer
    ), due as materialized (
      select id, account, lane, key from oldest o
       where old and not (lane = ${IDEMPOTENT_LANE} and exists (
         select 1 from idempotency_keys k where k.account = o.account and k.key = o.key
            and k.state in ('in_progress', 'unknown', 'needs_review')))
    ), gone as (
      delete from timeline_events where id = any (array(select id from due))
    ), uncounted as (
      delete from timeline_arrivals a using (select distinct account, lane, key from due) d
       where a.account = d.account and a.lane = d.lane and a.key = d.key
         and not exists (select 1 from timeline_events e
                          where e.account = d.account and e.key = d.key and e.lane = d.lane
                            and e.id not in (select id from due))
    )
    select case when bool_or(old) then count(*) else 0 end::integer as looked, max(id)::text as up_to from oldest`);
  return { looked: Number(row?.["looked"]), upTo: String(row?.["up_to"] ?? beyond) };
}
