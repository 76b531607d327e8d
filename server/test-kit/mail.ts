import type postgres from "postgres";
import { z } from "zod";
import type { Buyer } from "./buyer.ts";

const receipt = z.object({
  status: z.enum(["none", "queued", "sent"]),
  effective: z.number(),
  deliveries: z.array(z.object({ messageId: z.string(), takesEffect: z.boolean() })),
});

/** What the buyer is told: status, deliveries counted, and how many receipts they are in effect. */
export async function receiptOf(buyer: Buyer, orderId: string) {
  const { result } = await buyer.query("receipts.get", { orderId });
  const { status, effective, deliveries } = receipt.parse(result);
  return { status, effective, deliveries: deliveries.length };
}

/** Jobs of this order that wait or run, whatever their state. */
export async function jobsOf(sql: postgres.Sql, orderId: string): Promise<number> {
  const [row] = await sql`
    select count(*)::integer as jobs from graphile_worker._private_jobs where payload ->> 'orderId' = ${orderId}`;
  return Number(row?.["jobs"]);
}

/** Asks again and again until it is so; nothing here waits for luck. */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const from = Date.now();
  while (!(await isSo())) {
    if (Date.now() - from > withinMs) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
