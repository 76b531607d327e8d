import { sql, type SQL } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import { checkInvariants } from "../../ledger/check-invariants.ts";
import { IDEMPOTENT_LANE } from "../../timeline/event.ts";
import type { Context, LabGear } from "../../trpc/context.ts";
import { subAccount } from "../sub-account.ts";
import { LANE_INVARIANTS } from "./lane-invariants.ts";
import { readRows, type TableRows } from "./read-rows.ts";

export interface LaneAudit {
  lane: string;
  /** Captures in the bank's own journal. */
  charges: number;
  captured: { amount: number; currency: "EUR" };
  /**
   * Requests as the server received them, attempts that ran, and stored answers given again: as the timeline has them.
   * Arrival 0 is nobody's request: the completer's work, the bank's event.
   */
  requests: number;
  executions: number;
  replays: number;
  receipts: number;
  rows: TableRows[];
  invariants: { id: string; holds: boolean; witness: Record<string, unknown>[] }[];
}

/** What each lane that has seen this order did with it, the shop's own included. */
export async function auditOrder(
  ctx: Pick<Context, "db" | "payments" | "account">,
  gear: LabGear,
  orderId: string,
): Promise<LaneAudit[]> {
  const { db, payments, account } = ctx;
  const counted = await countDeliveries(db, account, orderId);
  return await Promise.all(
    counted.map(async ({ lane, ...counts }) => {
      const own = lane === IDEMPOTENT_LANE;
      const statement = await payments.statement(
        own ? account : subAccount(account, lane),
        orderId,
      );
      const amount = statement.reduce((sum, charge) => sum + charge.amount, 0);
      const rows = await readRows(db, account, lane, orderId);
      return {
        lane,
        charges: statement.length,
        captured: { amount, currency: "EUR" as const },
        ...counts,
        receipts: rows.find(({ table }) => table.endsWith("receipts"))?.rows.length ?? 0,
        rows,
        invariants: own
          ? await checkInvariants(db, payments, account)
          : await laneInvariants(db, { account, lane, orderId, gear }, JSON.stringify(statement)),
      };
    }),
  );
}

async function countDeliveries(db: Database, account: string, orderId: string) {
  const rows = await db.execute(sql`
    select lane, count(*) filter (where point = 'arrived' and arrival > 0)::integer as requests,
           count(*) filter (where point = 'after-claim')::integer as executions,
           count(*) filter (where point = 'replayed' and arrival > 0)::integer as replays
      from timeline_events where account = ${account} and order_id = ${orderId} group by lane order by min(id)`);
  return rows.map((row) => ({
    lane: String(row["lane"]),
    requests: Number(row["requests"]),
    executions: Number(row["executions"]),
    replays: Number(row["replays"]),
  }));
}

async function laneInvariants(
  db: Database,
  {
    account,
    lane,
    orderId,
    gear,
  }: { account: string; lane: string; orderId: string; gear: LabGear },
  bank: string,
): Promise<LaneAudit["invariants"]> {
  const given: Record<string, SQL> = {
    account: sql`${account}`,
    lane: sql`${lane}`,
    order: sql`${orderId}::uuid`,
    finalMs: sql`${gear.finalMs}::integer`,
  };
  return await Promise.all(
    LANE_INVARIANTS.map(async ({ id, broken }) => {
      const [row] = await db.execute(sql`with bank as (
          select * from jsonb_to_recordset(${bank}::text::jsonb) as b("chargeId" text, amount bigint)
        ), broken as (${filled(broken, given)})
        select coalesce((select jsonb_agg(to_jsonb(w)) from (select * from broken limit 10) w), '[]')::text as witness`);
      const witness: Record<string, unknown>[] = JSON.parse(String(row?.["witness"] ?? "[]"));
      return { id, holds: witness.length === 0, witness };
    }),
  );
}

function filled(text: string, given: Record<string, SQL>): SQL {
  const parts = text
    .split(/\$(\w+)/)
    .map((part, at) => (at % 2 === 0 ? sql.raw(part) : (given[part] ?? sql.raw(part))));
  return sql.join(parts);
}
