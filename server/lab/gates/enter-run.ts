import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import type { Delivery } from "../../timeline/delivery.ts";

/** An attempt of a run with gates is written down, so that a schedule knows who is on the way. Never rejects. */
export async function enterRun(db: Database, delivery: Delivery): Promise<void> {
  const { account, lane, key, arrival } = delivery;
  const rows = await db
    .execute(
      sql`with run as (
            select points from lab_gates where account = ${account} and lane = ${lane} and run_key = ${key}::uuid and points <> '{}'
          ), began as (
            insert into lab_attempts (account, lane, run_key, arrival)
            select ${account}, ${lane}, ${key}::uuid, ${arrival}::integer from run on conflict do nothing
          ) select to_json(points)::text as points from run`,
    )
    .catch(() => []);
  const points: unknown = JSON.parse(String(rows[0]?.["points"] ?? "[]"));
  if (Array.isArray(points) && points.length > 0) delivery.heldAt = new Set(points.map(String));
}

/** It was answered, or it died. Never rejects. */
export async function leaveRun(db: Database, delivery: Delivery | undefined): Promise<void> {
  if (!delivery?.heldAt) return;
  const { account, lane, key, arrival } = delivery;
  await db
    .execute(
      sql`update lab_attempts set ended_at = clock_timestamp()
           where account = ${account} and lane = ${lane} and run_key = ${key}::uuid and arrival = ${arrival}::integer and ended_at is null`,
    )
    .catch(() => undefined);
}
