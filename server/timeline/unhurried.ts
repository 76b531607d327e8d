import { sql, type SQL } from "drizzle-orm";

/** What `watchTimeline` listens to. */
export const TIMELINE_CHANNEL = "payonce_timeline";

/**
 * For the FROM of a statement that writes lines of the timeline, and for no other. Losing the last tenths of a second
 * of this story in a crash of Postgres is harmless; waiting for the disk while 50 duplicates queue for one counter's
 * row is not. With the commit goes a hint to those who watch this account.
 */
export function unhurried(account: string): SQL {
  return sql`(select set_config('synchronous_commit', 'off', true)) as unhurried,
             (select pg_notify(${TIMELINE_CHANNEL}, ${account})) as hinted`;
}
