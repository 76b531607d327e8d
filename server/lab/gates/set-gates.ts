import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import type { GatePoint, Run } from "./gate-points.ts";

const RUNS_MAX = 1_000;

/**
 * Holds the attempts of a run that arrive from now on. No points: every gate opens, for those who stand there too.
 * @throws {TRPCError} TOO_MANY_REQUESTS
 */
export async function setGates(
  db: Database,
  { account, lane, runKey }: Run,
  points: readonly GatePoint[],
): Promise<void> {
  const list = sql`array(select jsonb_array_elements_text(${JSON.stringify(points)}::text::jsonb))`;
  const rows = await db.execute(sql`
    insert into lab_gates (account, lane, run_key, points)
    select ${account}, ${lane}, ${runKey}::uuid, ${list}
     where (select count(*) from lab_gates where account = ${account}) < ${RUNS_MAX}
    on conflict (account, lane, run_key) do update set points = excluded.points returning 1`);
  if (rows.length === 0)
    throw new TRPCError({
      code: "TOO_MANY_REQUESTS",
      message: `This account's lab holds ${RUNS_MAX} runs. Reset the lab and go on.`,
    });
  if (points.length > 0) return;
  await db.execute(sql`
    update lab_held set released_at = clock_timestamp(), released_by = 'you'
     where account = ${account} and lane = ${lane} and run_key = ${runKey}::uuid and released_at is null`);
}
