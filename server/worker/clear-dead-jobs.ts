import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

const AT_ONCE = 1_000;

/**
 * Jobs that will never run again: their tries are used up, or their worker died and what it had to do was enqueued
 * anew. The library keeps them for ever; what is still to be done stands in our own rows. Gives how many ended.
 */
export async function clearDeadJobs(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    select id from graphile_worker.complete_jobs(array(
      select id from graphile_worker.jobs
       where attempts >= max_attempts and (locked_at is null or locked_at < clock_timestamp() - interval '4 hours')
       limit ${AT_ONCE}))`);
  return rows.length;
}
