import { expect } from "@playwright/test";
import type { Shop } from "../fixtures/shop.ts";

/** Until the server has begun to work on this order. */
export async function waitForIntent(shop: Shop, orderId: string): Promise<void> {
  const intents = async () => (await shop.api.orders.get.query({ orderId })).intents.length;
  await expect.poll(intents, `somebody claims ${orderId}`).toBeGreaterThan(0);
}
