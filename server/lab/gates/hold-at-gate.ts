import { sql, type SQL } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import type { LifecycleEvent } from "../../idempotency/index.ts";
import { currentDelivery, type Delivery, flush, note } from "../../timeline/delivery.ts";
import { attemptName } from "./gate-points.ts";

const GATE_MS = 60_000;
const POLL_MS = 40;

/**
 * Holds the current attempt where its run has a gate, until somebody releases it; a gate opens by itself after a
 * minute. Waiting is a look now and then: no transaction and no connection is kept, and any instance may let it go.
 */
export async function holdAtGate(db: Database, { point }: Pick<LifecycleEvent, "point">) {
  const delivery = currentDelivery();
  if (!delivery?.heldAt?.has(point)) return;
  const own = ownGate(delivery, point);
  if (!(await stop(db, delivery, point).catch(() => false))) return;
  const name = attemptName(delivery.arrival);
  note({ point: "held", outcome: "none", text: `Attempt ${name} is held at ${point}` });
  await flush(db, delivery);
  const by = await untilReleased(db, own);
  const how =
    by === "you"
      ? "released by you"
      : `released: the gate opened by itself after ${GATE_MS / 1000} s`;
  note({ point: "released", outcome: "none", text: `Attempt ${name} at ${point} was ${how}` });
  await flush(db, delivery);
}

function ownGate({ account, lane, key, arrival }: Delivery, point: string): SQL {
  return sql`account = ${account} and lane = ${lane} and run_key = ${key}::uuid and arrival = ${arrival}::integer and point = ${point}`;
}

/** False where the gate has been opened since the attempt arrived, or was passed before. */
async function stop(db: Database, { account, lane, key, arrival }: Delivery, point: string) {
  const rows = await db.execute(sql`
    insert into lab_held (account, lane, run_key, arrival, point, opens_at)
    select ${account}, ${lane}, ${key}::uuid, ${arrival}::integer, ${point}, clock_timestamp() + ${GATE_MS}::integer * interval '1 millisecond'
      from lab_gates where account = ${account} and lane = ${lane} and run_key = ${key}::uuid and ${point} = any(points)
    on conflict do nothing returning 1`);
  return rows.length > 0;
}

async function untilReleased(db: Database, own: SQL): Promise<string> {
  // Postgres' clock opens the gate. This one is for a Postgres that cannot be asked, or rows that were reset.
  const giveUpAt = performance.now() + 2 * GATE_MS;
  while (performance.now() < giveUpAt) {
    const rows = await db
      .execute(
        sql`with opened as (
              update lab_held set released_at = clock_timestamp(), released_by = 'itself'
               where ${own} and released_at is null and opens_at <= clock_timestamp() returning 1
            ) select coalesce((select 'itself' from opened), released_by) as by from lab_held where ${own}`,
      )
      .catch(() => undefined);
    if (rows?.length === 0) return "itself";
    const by = rows?.[0]?.["by"];
    if (typeof by === "string") return by;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return "itself";
}
