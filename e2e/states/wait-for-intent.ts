import { setTimeout as sleep } from "node:timers/promises";
import type { Shop } from "../fixtures/shop.ts";

/** Until the server has begun to work on this order. */
export async function waitForIntent(shop: Shop, orderId: string): Promise<void> {
  const endsAt = Date.now() + 10_000;
  for (;;) {
    const { intents } = await shop.api.orders.get.query({ orderId });
    if (intents.length > 0) return;
    if (Date.now() > endsAt) throw new Error(`Nobody has claimed ${orderId}.`);
    await sleep(100);
  }
}
