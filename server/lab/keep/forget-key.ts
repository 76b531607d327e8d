import { sql, type SQL } from "drizzle-orm";
import type { LaneRun } from "../lane.ts";
import { requiredKey } from "./required-key.ts";

/** Frees a key: the next request under it is a new one. */
export function forgetKey(run: LaneRun): SQL {
  return sql`delete from lab_keys
              where account = ${run.account} and lane = ${run.lane} and key = ${requiredKey(run)}::uuid`;
}
