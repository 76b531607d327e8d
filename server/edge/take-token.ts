import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { Refused } from "./refuse.ts";

const BURST = 600;
const PER_SECOND = 60;

/**
 * A token bucket in Postgres, so that it is one bucket however many instances there are. Generous for people and
 * their retries, narrow for somebody who tries out cards.
 * @throws {Refused} 429
 */
export async function takeToken(db: Database, account: string): Promise<void> {
  const refilled = sql`least(${BURST}::float8, b.tokens + ${PER_SECOND}::float8 * extract(epoch from clock_timestamp() - b.updated_at))`;
  const rows = await db.execute(sql`
    insert into rate_buckets as b (bucket, tokens, updated_at) values (${account}, ${BURST - 1}::float8, clock_timestamp())
    on conflict (bucket) do update set tokens = ${refilled} - 1, updated_at = clock_timestamp()
      where ${refilled} >= 1
    returning tokens`);
  if (rows.length === 0) {
    throw new Refused(
      429,
      "TOO_MANY_REQUESTS",
      "Too many payments at once from this account. Ask again with the same key.",
      {
        retryAfterS: 1,
      },
    );
  }
}
