import { sql } from "drizzle-orm";

/**
 * Losing the last tenths of a second of this story in a crash of Postgres is harmless; waiting for the disk while
 * 50 duplicates queue for one counter's row is not. For the statement that has it in its FROM, and for no other.
 */
export const unhurried = sql`(select set_config('synchronous_commit', 'off', true)) as unhurried`;
