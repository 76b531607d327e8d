import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { BankEvent } from "../payments/bank-event.ts";

export type Found = { seen: boolean } & (
  | { state: "absent" }
  | { state: "booked"; key: string; orderId: string | null }
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
 * Whether the event was taken before, and which intent it tells of: one statement, so that an intent is seen either
 * unfinished or booked, whatever commits meanwhile. The claim is durable before anything is sent, so no event can come
 * before its intent. Unfinished intents are few at any time, and an index has them alone.
 */
export async function findIntent(
  db: Database,
  account: string,
  { id, fact }: BankEvent,
): Promise<Found> {
  const booked = fact?.of === "refund" ? sql`refunds` : sql`charges`;
  const order = fact?.of === "refund" ? sql`null` : sql`b.order_id::text`;
  const [row] = await db.execute(sql`
    select exists (select 1 from webhook_inbox where account = ${account} and event_id = ${id}) as seen, t.*
      from (select 1) one left join lateral (
        select 'unfinished' as state, k.key, k.order_id, k.procedure, k.input, s.result is not null as recorded
          from idempotency_keys k join idempotency_steps s on s.account = k.account and s.key = k.key
         where k.account = ${account} and k.state in ('in_progress', 'unknown') and s.provider_key = ${fact?.reference ?? null}
         union all
        select 'booked', b.key, ${order}, null, null, true from ${booked} b
         where b.account = ${account} and b.provider_reference = ${fact?.object ?? null}
         limit 1
      ) t on true`);
  const seen = row?.["seen"] === true;
  const key = String(row?.["key"]);
  const orderId = typeof row?.["order_id"] === "string" ? row["order_id"] : null;
  if (row?.["state"] === "booked") return { seen, state: "booked", key, orderId };
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
