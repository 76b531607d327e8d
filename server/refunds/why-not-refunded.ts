import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";

/** Why a refund was not admitted. Nothing was stored, so the same key may ask again. Returns when the reason has gone meanwhile. */
export async function whyNotRefunded(
  db: Database,
  account: string,
  { chargeId, amount }: { chargeId: string; amount?: number | undefined },
): Promise<void> {
  const [row] = await db.execute(sql`
    select refund_left(c.account, c.charge_id, null)::float8 as left,
           (select coalesce(sum(r.amount), 0) from refunds r where r.account = c.account and r.charge_id = c.charge_id)::float8 as refunded,
           c.amount::float8 as captured
      from charges c where c.account = ${account} and c.charge_id = ${chargeId}::uuid`);
  if (row === undefined)
    throw new TRPCError({ code: "NOT_FOUND", message: "This account has no such charge." });
  const [left, refunded, captured] = [row["left"], row["refunded"], row["captured"]].map(
    Number,
  ) as [number, number, number];
  if (left >= (amount ?? 1)) return;
  const underWay = captured - refunded - left;
  const said = [
    left === 0 ? "Nothing is left of this charge" : `${left} is left of this charge, not ${amount}`,
    ` (minor units): ${refunded} of ${captured} was refunded`,
    underWay > 0 ? ` and ${underWay} is under way` : "",
    ". This request refunded nothing.",
  ];
  throw new TRPCError({ code: "CONFLICT", message: said.join("") });
}
