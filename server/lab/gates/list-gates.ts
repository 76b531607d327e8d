import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../../db/client.ts";
import { utc } from "../../../db/utc.ts";
import { attemptName, GATE_POINTS } from "./gate-points.ts";

const held = z.object({
  lane: z.string(),
  arrival: z.coerce.number(),
  point: z.enum(GATE_POINTS),
  heldSince: z.string(),
  opensAt: z.string(),
  leaseUntil: z.string().nullable(),
});

export interface HeldAttempt {
  lane: string;
  attempt: string;
  point: z.output<typeof held>["point"];
  heldSince: string;
  /** Then the gate opens by itself. */
  opensAt: string;
  /** When the key may be taken over from its holder; missing where the lane keeps no lease. */
  leaseUntil?: string;
}

/** Who stands at a gate right now, in every lane of a run, in the order of their coming. */
export async function listGates(
  db: Database,
  account: string,
  runKey: string,
): Promise<HeldAttempt[]> {
  const rows = await db.execute(sql`
    select h.lane, h.arrival, h.point, ${utc("h.held_at")} as "heldSince", ${utc("h.opens_at")} as "opensAt",
           coalesce(
             (select ${utc("k.lease_until")} from idempotency_keys k
               where k.account = h.account and h.lane = 'idempotent' and k.key = h.run_key and k.state = 'in_progress'),
             (select ${utc("k.lease_until")} from lab_requests r join lab_keys k on k.account = r.account and k.lane = r.lane and k.key = r.key
               where r.account = h.account and r.lane = h.lane and r.run_key = h.run_key and r.arrival = h.arrival and k.state = 'in_progress' limit 1)
           ) as "leaseUntil"
      from lab_held h
     where h.account = ${account} and h.run_key = ${runKey}::uuid and h.released_at is null
     order by h.held_at`);
  return rows.map((row) => {
    const { arrival, leaseUntil, ...rest } = held.parse(row);
    return { ...rest, attempt: attemptName(arrival), ...(leaseUntil !== null && { leaseUntil }) };
  });
}
