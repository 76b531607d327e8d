import { sql } from "drizzle-orm";
import { IdempotencyError } from "./errors.ts";
import { rowsOf, type Store } from "./store.ts";

/** What whoever else wants the order is told. Its holder has paid for it once it is at its end, whether its answer is still kept or not. */
export function orderHeld(by: { key: string; state: string }): IdempotencyError {
  const isOver = by.state === "completed" || by.state === "expired";
  return new IdempotencyError(isOver ? "ORDER_PAID" : "ORDER_BUSY", { intentId: by.key });
}

/**
 * Why the order is not this key's to take, or anybody's where no key is given; undefined where no intent holds it.
 * @param store a transaction, too: then it is true for as long as what is locked there keeps claims away
 */
export async function whyHeld(
  store: Pick<Store, "execute">,
  account: string,
  orderId: string,
  key?: string,
): Promise<IdempotencyError | undefined> {
  const [holder] = await rowsOf(
    store,
    sql`select key, state from idempotency_keys where account = ${account} and order_id = ${orderId} and holds`,
  );
  if (holder === undefined || holder["key"] === key) return undefined;
  return orderHeld({ key: String(holder["key"]), state: String(holder["state"]) });
}
