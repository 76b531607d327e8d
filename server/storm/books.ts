import { z } from "zod";
import { inParallel } from "./in-parallel.ts";
import type { StormOrder } from "./storm-order.ts";

/** What is true of one order after the storm, by the bank's own statement and by the server's record of its key. */
export interface Book {
  orderId: string;
  key: string;
  /** Captured by the bank; refunds do not undo them. */
  charges: number;
  /** Minor units. */
  captured: number;
  /** Of the key; undefined in a lane, where nobody keeps one. */
  state: string | undefined;
}

const statement = z.array(
  z.object({ orderId: z.string(), amount: z.number(), status: z.string() }),
);
const status = z.object({ state: z.string() });

/** Charges by order, for the accounts of these orders. */
export async function readCharges(
  orders: readonly StormOrder[],
  lane: string,
): Promise<Map<string, { charges: number; captured: number }>> {
  const byOrder = new Map<string, { charges: number; captured: number }>();
  const shoppers = [...new Set(orders.map((order) => order.shopper))];
  await inParallel(5, shoppers, async (shopper) => {
    const told =
      lane === "idempotent"
        ? await shopper.ask("audit.bankStatement", "GET", {})
        : await shopper.ask("lab.bankStatement", "GET", { lane });
    for (const { orderId, amount, status: state } of statement.parse(told)) {
      if (state !== "succeeded") continue;
      const known = byOrder.get(orderId) ?? { charges: 0, captured: 0 };
      byOrder.set(orderId, {
        charges: known.charges + 1,
        captured: known.captured + amount,
      });
    }
  });
  return byOrder;
}

export async function readBooks(orders: readonly StormOrder[], lane: string): Promise<Book[]> {
  const states = new Map<string, string>();
  if (lane === "idempotent") {
    await inParallel(10, orders, async ({ shopper, key }) => {
      const told = await shopper.ask("checkout.status", "GET", { idempotencyKey: key });
      states.set(key, status.parse(told).state);
    });
  }
  // Read after the states: a charge that is acknowledged by then is in the bank's statement, or it is lost.
  const charges = await readCharges(orders, lane);
  return orders.map(({ orderId, key }) => ({
    orderId,
    key,
    ...(charges.get(orderId) ?? { charges: 0, captured: 0 }),
    state: states.get(key),
  }));
}
