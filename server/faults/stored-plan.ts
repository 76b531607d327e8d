import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

const ARMED = sql`updated_at > clock_timestamp() - interval '15 minutes'`;

/** The plan that an account keeps armed; "" is none. It disarms itself after 15 idle minutes: looking is no use of it. */
export async function getStoredPlan(db: Database, account: string): Promise<string> {
  const [row] = await db.execute(
    sql`select plan from fault_plans where account = ${account} and ${ARMED}`,
  );
  return String(row?.["plan"] ?? "");
}

/** The plan that an arrival meets, which keeps it armed. One write a minute: arrivals must not queue for one row. */
export async function meetStoredPlan(db: Database, account: string): Promise<string> {
  const [row] = await db.execute(sql`
    with met as (
      update fault_plans set updated_at = clock_timestamp()
       where account = ${account} and plan <> '' and ${ARMED} and updated_at < clock_timestamp() - interval '1 minute'
    ) select plan from fault_plans where account = ${account} and ${ARMED}`);
  return String(row?.["plan"] ?? "");
}

export async function setStoredPlan(db: Database, account: string, plan: string): Promise<void> {
  await db.execute(
    sql`insert into fault_plans (account, plan) values (${account}, ${plan})
        on conflict (account) do update set plan = excluded.plan, updated_at = clock_timestamp()`,
  );
}
