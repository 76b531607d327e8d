import { api } from "../../trpc/client.ts";
import type { Order } from "../../trpc/outputs.ts";

const saving = new Map<string, Promise<Order>>();

/**
 * Saves an order by its id (an upsert: saving it twice is one order). The next `takeSaved` gets the same answer.
 * @param email "" takes a saved address away; undefined leaves it as it is
 */
export function saveOrder(
  orderId: string,
  items: { sku: string; quantity: number }[],
  email?: string,
): Promise<Order> {
  const saved = api.orders.save.mutate({ orderId, items, ...(email !== undefined && { email }) });
  saving.set(orderId, saved);
  return saved;
}

/**
 * The answer of a save that an earlier page has begun, once: the checkout opens while it is under way, and asking
 * for the order at that moment would be told that there is none.
 */
export function takeSaved(orderId: string): Promise<Order | null> | null {
  const saved = saving.get(orderId);
  saving.delete(orderId);
  return saved?.catch(() => null) ?? null;
}
