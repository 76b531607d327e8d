import { type SQL, sql } from "drizzle-orm";

/**
 * A time as the text that JavaScript's own dates have, whatever the session's time zone is.
 * @param column a column or an expression of ours: it goes into the statement as it is
 */
export function utc(column: string): SQL {
  return sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
}
