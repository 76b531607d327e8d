import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import { arrivalOf, type GatePoint, type Run } from "./gate-points.ts";

/** Lets one attempt go on from where it is held. False when it does not stand there. */
export async function releaseAttempt(
  db: Database,
  { account, lane, runKey }: Run,
  { attempt, point }: { attempt: string; point: GatePoint },
): Promise<boolean> {
  const rows = await db.execute(sql`
    update lab_held set released_at = clock_timestamp(), released_by = 'you'
     where account = ${account} and lane = ${lane} and run_key = ${runKey}::uuid
       and arrival = ${arrivalOf(attempt)}::integer and point = ${point} and released_at is null
    returning 1`);
  return rows.length > 0;
}
