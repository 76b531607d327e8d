import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";

const event = z.object({
  id: z.coerce.string(),
  at: z.string(),
  orderId: z.string().nullable(),
  idempotencyKey: z.string(),
  arrival: z.coerce.number(),
  fence: z.coerce.number().nullable(),
  clientAttempt: z.coerce.string().nullable(),
  sentBy: z.enum(["you", "app", "browser", "fault", "completer", "client"]),
  point: z.string(),
  outcome: z.enum(["done", "refused", "unknown", "none"]),
  text: z.string(),
});
export type TimelineEvent = z.output<typeof event>;

/** What each delivery of this account did, in the order in which it happened; at most 500. */
export async function listEvents(
  db: Database,
  account: string,
  filter: {
    orderId?: string | undefined;
    idempotencyKey?: string | undefined;
    after?: string | undefined;
  },
): Promise<TimelineEvent[]> {
  const rows = await db.execute(sql`
    select id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, order_id as "orderId",
           key as "idempotencyKey", arrival, fence, client_attempt::text as "clientAttempt", sent_by as "sentBy", point, outcome, text
      from timeline_events
     where account = ${account}
       and (${filter.orderId ?? null}::text is null or order_id = ${filter.orderId ?? null})
       and (${filter.idempotencyKey ?? null}::uuid is null or key = ${filter.idempotencyKey ?? null}::uuid)
       and id > ${filter.after ?? "0"}::bigint
     order by id limit 500`);
  return rows
    .map((row) => event.parse(row))
    .sort((a, b) => (a.at === b.at ? Number(a.id) - Number(b.id) : a.at < b.at ? -1 : 1));
}
