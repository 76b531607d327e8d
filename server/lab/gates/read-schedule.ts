import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import { attemptName, GATE_POINTS, type Run } from "./gate-points.ts";
import { formatSchedule } from "./schedule.ts";

/** The interleaving of a run as it was: the order in which its attempts were let go, as text. */
export async function readSchedule(db: Database, { account, lane, runKey }: Run): Promise<string> {
  const rows = await db.execute(sql`
    select arrival, point from lab_held
     where account = ${account} and lane = ${lane} and run_key = ${runKey}::uuid and released_at is not null
     order by released_at, held_at`);
  return formatSchedule(
    rows.flatMap((row) => {
      const point = GATE_POINTS.find((one) => one === row["point"]);
      return point ? [{ attempt: attemptName(Number(row["arrival"])), point }] : [];
    }),
  );
}
