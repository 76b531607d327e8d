import { v7 as uuidv7 } from "uuid";
import { getOrder } from "../../orders/get-order.ts";
import { saveOrder } from "../../orders/save-order.ts";
import type { Context } from "../../trpc/context.ts";

/** A saved draft of this account: one kettle. @returns its total in minor units, as the server priced it */
export async function placeOrder(ctx: Context): Promise<{ orderId: string; total: number }> {
  const orderId = uuidv7();
  const items = [{ sku: "kettle", quantity: 1 }];
  await saveOrder(ctx.db, { account: ctx.account, orderId, items });
  const order = await getOrder(ctx.db, ctx.account, orderId);
  if (order === undefined) throw new Error("The order that was just saved is not there");
  return { orderId, total: order.total.amount };
}
