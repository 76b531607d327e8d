import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

/** Now, in milliseconds since 1970, by Postgres' clock, as everything that is compared: an instance's own may be another. */
export async function readClock(db: Database): Promise<number> {
  const [row] = await db.execute(
    sql`select extract(epoch from clock_timestamp())::float8 * 1000 as now`,
  );
  return Number(row?.["now"]);
}
