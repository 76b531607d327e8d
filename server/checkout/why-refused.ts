import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { IdempotencyError } from "../idempotency/index.ts";
import { getOrder } from "../orders/get-order.ts";

/** Why a key was not admitted to pay. Returns when the reason has gone meanwhile. */
export async function whyRefused(
  db: Database,
  account: string,
  key: string,
  wanted: { orderId: string; expectedTotal: { amount: number } },
): Promise<void> {
  const order = await getOrder(db, account, wanted.orderId);
  if (order === undefined)
    throw new TRPCError({ code: "NOT_FOUND", message: "This account has no such order." });
  const [holder] = await db.execute(
    sql`select key, state from idempotency_keys where account = ${account} and order_id = ${wanted.orderId} and holds and key <> ${key}`,
  );
  if (holder) {
    const paid = holder["state"] === "completed" || holder["state"] === "expired";
    const code = paid ? "ORDER_PAID" : "ORDER_BUSY";
    throw new IdempotencyError(code, { intentId: String(holder["key"]) });
  }
  if (order.status !== "draft") throw new IdempotencyError("ORDER_PAID");
  if (order.total.amount !== wanted.expectedTotal.amount) {
    throw new IdempotencyError("PRICE_CHANGED", {
      sentence: `The total is ${order.total.amount}, not ${wanted.expectedTotal.amount} (minor units). Nothing was charged: confirm the new total.`,
    });
  }
}
