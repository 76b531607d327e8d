import { TRPCError } from "@trpc/server";
import type { Database } from "../../db/client.ts";
import { IdempotencyError, whyHeld } from "../idempotency/index.ts";
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
  const held = await whyHeld(db, account, wanted.orderId, key);
  if (held) throw held;
  if (order.status !== "draft") throw new IdempotencyError("ORDER_PAID");
  if (order.total.amount !== wanted.expectedTotal.amount) {
    throw new IdempotencyError("PRICE_CHANGED", {
      sentence: `The total is ${order.total.amount}, not ${wanted.expectedTotal.amount} (minor units). Nothing was charged: confirm the new total.`,
    });
  }
}
