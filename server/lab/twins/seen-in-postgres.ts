import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import type { SeenStore } from "./seen-with-ttl.ts";

/** The same in a table: that it is Postgres makes it no better, since it is a commit of its own, and forgets. */
export function seenInPostgres(db: Database, account: string): SeenStore {
  return {
    async setIfNew(eventId, ttlMs) {
      const rows = await db.execute(sql`
        insert into lab_seen_events as s (account, event_id, seen_until)
        values (${account}, ${eventId}, clock_timestamp() + ${ttlMs}::integer * interval '1 millisecond')
        on conflict (account, event_id) do update set seen_until = excluded.seen_until
         where s.seen_until <= clock_timestamp()
        returning 1`);
      return rows.length > 0;
    },
  };
}
