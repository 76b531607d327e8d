import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { IdempotencyError, repeating, whyHeld } from "../idempotency/index.ts";

export interface SaveOrder {
  account: string;
  orderId: string;
  items: { sku: string; quantity: number }[];
  /** "" takes a saved address away; undefined leaves it as it is. */
  email?: string | undefined;
}

/**
 * Pattern 2: saved by the client's own id, so that a second click updates the same row. Only a draft is
 * updated, and only while no intent holds it: a cart must not change under a payment that may have happened.
 * @returns false when a sku is not sold
 * @throws {IdempotencyError} ORDER_BUSY, ORDER_PAID
 */
export async function saveOrder(
  db: Database,
  { account, orderId, items, email }: SaveOrder,
): Promise<boolean> {
  const cart = JSON.stringify(items);
  // Saved by many at once, each waits for the others: whoever waited in vain has written nothing and comes again.
  return await repeating(() =>
    db.transaction(async (tx) => {
      const [priced] = await tx.execute(sql`select order_total(${cart}::text::jsonb) as total`);
      if (priced?.["total"] == null) return false;
      // The lock makes this and a claim wait for each other: a claim locks the same row while it prices it.
      const known = await tx.execute(
        sql`select status from orders where account = ${account} and order_id = ${orderId} for no key update`,
      );
      const held = await whyHeld(tx, account, orderId);
      if (held) throw held;
      if (known.length > 0 && known[0]?.["status"] !== "draft")
        throw new IdempotencyError("ORDER_PAID");
      await tx.execute(sql`
      insert into orders (account, order_id, items, email)
      values (${account}, ${orderId}, ${cart}::text::jsonb, nullif(${email ?? null}::text, ''))
      on conflict (account, order_id) do update
        set items = excluded.items, email = case when ${email === undefined} then orders.email else excluded.email end, updated_at = clock_timestamp()
        where orders.status = 'draft'`);
      return true;
    }),
  );
}
