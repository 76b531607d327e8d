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
 *
 * One statement, which asks behind the row's lock whether it may. Looked first and written then, a first save that stalled
 * in between (no row, so nothing to lock) wrote over the cart and the address of a payment that had begun meanwhile.
 * @returns false when a sku is not sold
 * @throws {IdempotencyError} ORDER_BUSY, ORDER_PAID
 */
export async function saveOrder(
  db: Database,
  { account, orderId, items, email }: SaveOrder,
): Promise<boolean> {
  const cart = JSON.stringify(items);
  // Saved by many at once, each waits for the others: whoever waited in vain has written nothing and comes again.
  const saved = await repeating(() =>
    db.execute(sql`
      insert into orders (account, order_id, items, email)
      select ${account}, ${orderId}::uuid, ${cart}::text::jsonb, nullif(${email ?? null}::text, '')
       where order_total(${cart}::text::jsonb) is not null and not order_is_held(${account}, ${orderId}::uuid)
      on conflict (account, order_id) do update
        set items = excluded.items, email = case when ${email === undefined} then orders.email else excluded.email end, updated_at = clock_timestamp()
        where orders.status = 'draft' and not order_is_held(orders.account, orders.order_id)
      returning 1`),
  );
  if (saved.length > 0) return true;

  const [now] = await db.execute(sql`
    select order_total(${cart}::text::jsonb) is not null as is_sold,
           (select status from orders where account = ${account} and order_id = ${orderId}) <> 'draft' as is_paid`);
  if (now?.["is_sold"] !== true) return false;
  // An intent that held it then and is over by now leaves none to name: the same save may come again.
  const held = await whyHeld(db, account, orderId);
  throw held ?? new IdempotencyError(now["is_paid"] === true ? "ORDER_PAID" : "ORDER_BUSY");
}
