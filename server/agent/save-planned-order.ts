import { sql, type SQL } from "drizzle-orm";
import type { Purchase } from "./decide.ts";

/**
 * Pattern 2 in the commit that records the plan: the order is saved under its own id, as a draft that this run holds.
 * Selects from `done`: where the fence no longer holds, nothing is saved.
 */
export function savePlannedOrder(orderId: string, { items, email }: Purchase): SQL {
  return sql`insert into orders (account, order_id, items, email)
    select account, ${orderId}::uuid, ${JSON.stringify(items)}::text::jsonb, ${email ?? null} from done
    on conflict (account, order_id) do update set items = excluded.items, updated_at = clock_timestamp()
      where orders.status = 'draft'`;
}
