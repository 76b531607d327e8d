import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Database } from "../../db/client.ts";
import { idempotencyKeys } from "../idempotency/index.ts";
import { refund } from "./refund.ts";

export interface RefundStatus {
  state: "never_seen" | "in_progress" | "unknown" | "released" | "completed" | "voided" | "expired";
  result?: z.output<typeof refund.output>;
}

/** What became of a refund's key of this account, as `checkout.status` says it of a payment's. */
export async function getRefundStatus(
  db: Database,
  account: string,
  key: string,
): Promise<RefundStatus> {
  const { state, answer, procedure } = idempotencyKeys;
  const [row] = await db
    .select({ state, answer, procedure })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.account, account), eq(idempotencyKeys.key, key)));
  if (row === undefined) return { state: "never_seen" };
  if (row.state === "needs_review") return { state: "unknown" };
  if (row.answer === null || row.procedure !== refund.procedure) return { state: row.state };
  return { state: row.state, result: refund.output.parse(JSON.parse(row.answer)) };
}
