import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { BankEvent, FailedRefund } from "../payments/bank-event.ts";

/**
 * A refund that the bank gave up. Where our books have it, what they say is not so any more: a finding of the reconciler's
 * for a person, who alone knows whether the buyer is paid in another way. No book is changed and nothing is sent. The
 * finding and the event's row are one statement, so that one that a person has dealt with is not opened again by a repeat.
 * "none": no book of ours has it. If it is booked after this, the reconciler finds it by itself.
 */
export async function noteFailedRefund(
  db: Database,
  { id, type, account, orderId }: BankEvent,
  { object }: FailedRefund,
): Promise<"unmatched" | "none" | "repeated"> {
  const [row] = await db.execute(sql`
    with booked as materialized (
      select r.account, c.order_id::text as order_id, r.key, r.amount, r.currency, r.at
        from refunds r join charges c on c.account = r.account and c.charge_id = r.charge_id where r.provider_reference = ${object}
    ), heard as (
      insert into webhook_inbox (account, event_id, type, effect, key, order_id, reference)
      select coalesce(b.account, ${account ?? ""}), ${id}, ${type}, case when b.key is null then 'none' else 'unmatched' end,
             b.key, coalesce(b.order_id, ${orderId ?? null}), ${object}
        from (select 1) one left join booked b on true
      on conflict (account, event_id) do nothing returning effect
    ), noted as (
      insert into reconciliation_findings (account, kind, reference, order_id, amount, currency, moved_at)
      select account, 'refund-without-return', ${object}, order_id, amount, currency, at from booked where exists (select 1 from heard)
      on conflict (account, kind, reference) do update set last_seen = clock_timestamp(), resolved_at = null
    )
    select effect from heard`);
  if (row === undefined) return "repeated";
  return row["effect"] === "unmatched" ? "unmatched" : "none";
}
