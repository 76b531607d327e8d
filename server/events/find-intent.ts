import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { BankEvent, BankFact } from "../payments/bank-event.ts";

export type Found = { seen: boolean } & (
  | { state: "absent" }
  | { state: "booked"; key: string; orderId: string | null }
  /** It waits for a person, and no event decides for one. */
  | { state: "in review"; key: string; orderId: string | null }
  | {
      state: "unfinished";
      key: string;
      orderId: string | null;
      procedure: string;
      input: string;
      /** The step that it tells of has its result, and what comes after it is still to do. */
      recorded: boolean;
    }
);

/**
 * Which intent the event tells of and whether it was taken before: one statement, so that an intent is seen either
 * unfinished or booked, whatever commits meanwhile. Where the books have it already there is nothing else to do, and
 * the event's row is written at once. The claim is durable before anything is sent, so no event can come before its
 * intent. Unfinished refunds are few at any time, and an index has them alone.
 */
export async function findIntent(
  db: Database,
  account: string,
  { id, type, orderId: labelled }: BankEvent,
  fact: BankFact | undefined,
): Promise<Found> {
  const booked = fact?.of === "refund" ? sql`refunds` : sql`charges`;
  const order = fact?.of === "refund" ? sql`null` : sql`b.order_id::text`;
  const object = fact?.object ?? null;
  // An unfinished intent holds its order, and the order's own index has one holder at most.
  const ofOrder =
    labelled === undefined || fact?.of === "refund"
      ? sql``
      : sql`and k.holds and k.order_id = ${labelled}`;
  const [row] = await db.execute(sql`
    with found as materialized (
      select exists (select 1 from webhook_inbox where account = ${account} and event_id = ${id}) as seen, t.*
        from (select 1) one left join lateral (
          select case k.state when 'needs_review' then 'in review' else 'unfinished' end as state, k.key, k.order_id, k.procedure, k.input, s.result is not null as recorded
            from idempotency_keys k join idempotency_steps s on s.account = k.account and s.key = k.key
           where k.account = ${account} and k.state in ('in_progress', 'unknown', 'needs_review') ${ofOrder}
             and s.provider_key = ${fact?.reference ?? null}
           union all
          select 'booked', b.key, ${order}, null, null, true from ${booked} b
           where b.account = ${account} and b.provider_reference = ${object}
           limit 1
        ) t on true
    ), known as (
      insert into webhook_inbox (account, event_id, type, effect, key, order_id, reference)
      select ${account}, ${id}, ${type}, 'known', key, coalesce(order_id, ${labelled ?? null}), ${object}
        from found where state = 'booked' and not seen
      on conflict (account, event_id) do nothing returning 1
    )
    select found.*, exists (select 1 from known) as written from found`);
  const seen = row?.["seen"] === true;
  const key = String(row?.["key"]);
  const orderId = typeof row?.["order_id"] === "string" ? row["order_id"] : null;
  // Not written although it is not seen: the same event, beside this one, was quicker.
  if (row?.["state"] === "booked")
    return { seen: seen || row["written"] !== true, state: "booked", key, orderId };
  if (row?.["state"] === "in review") return { seen, state: "in review", key, orderId };
  if (row?.["state"] !== "unfinished") return { seen, state: "absent" };
  return {
    seen,
    state: "unfinished",
    key,
    orderId,
    procedure: String(row["procedure"]),
    input: String(row["input"]),
    recorded: row["recorded"] === true,
  };
}
