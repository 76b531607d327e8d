import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

/** The plan that an account keeps armed; "" is none. It disarms itself after 15 idle minutes. */
export async function getStoredPlan(db: Database, account: string): Promise<string> {
  const [row] = await db.execute(
    sql`select plan from fault_plans
         where account = ${account} and updated_at > clock_timestamp() - interval '15 minutes'`,
  );
  return String(row?.["plan"] ?? "");
}

export async function setStoredPlan(db: Database, account: string, plan: string): Promise<void> {
  await db.execute(
    sql`insert into fault_plans (account, plan) values (${account}, ${plan})
        on conflict (account) do update set plan = excluded.plan, updated_at = clock_timestamp()`,
  );
}
