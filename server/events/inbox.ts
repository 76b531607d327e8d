import { sql, type SQL } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { BankEvent } from "../payments/bank-event.ts";

/** The event's row as a part of the commit that it brings about: selects from `done`, like every effect. */
export function inboxRow({ id, type, fact, orderId }: BankEvent, ofOrder = orderId): SQL {
  return sql`insert into webhook_inbox (account, event_id, type, effect, key, order_id, reference)
    select account, ${id}, ${type}, 'settled', key, coalesce(order_id, ${ofOrder ?? null}), ${fact?.object ?? null} from done
    on conflict (account, event_id) do nothing`;
}

/** The row of an event that changes nothing else. Of several deliveries at once, one writes it. */
export async function writeInbox<Effect extends "known" | "none" | "unmatched">(
  db: Database,
  account: string,
  { id, type, fact, orderId }: BankEvent,
  row: { effect: Effect; key?: string | undefined; orderId?: string | null | undefined },
): Promise<Effect | "repeated"> {
  const rows = await db.execute(
    sql`insert into webhook_inbox (account, event_id, type, effect, key, order_id, reference)
        values (${account}, ${id}, ${type}, ${row.effect}, ${row.key ?? null}, ${row.orderId ?? orderId ?? null}, ${fact?.object ?? null})
        on conflict (account, event_id) do nothing returning 1`,
  );
  return rows.length > 0 ? row.effect : "repeated";
}
