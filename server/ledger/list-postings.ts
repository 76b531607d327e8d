import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";

const posting = z.object({
  postingId: z.string(),
  kind: z.enum(["charge", "refund"]),
  orderId: z.string(),
  /** The charge's or the refund's own id. */
  sourceId: z.string(),
  /** The intent that booked it. */
  idempotencyKey: z.string(),
  at: z.string(),
  entries: z.array(
    z.object({
      entryId: z.string(),
      account: z.string(),
      direction: z.enum(["debit", "credit"]),
      amount: z.number().int(),
      currency: z.string(),
    }),
  ),
});
export type Posting = z.output<typeof posting>;

const POSTINGS_MAX = 50;

/** The newest balanced postings of this account, each with its lines; at most 50. */
export async function listPostings(db: Database, account: string): Promise<Posting[]> {
  const rows = await db.execute(sql`
    select p.posting_id as "postingId", p.kind, p.order_id as "orderId", p.source_id as "sourceId",
           coalesce((select c.key from charges c where c.account = p.account and c.charge_id = p.source_id),
                    (select r.key from refunds r where r.account = p.account and r.refund_id = p.source_id)) as "idempotencyKey",
           ${utc("p.at")} as at,
           (select json_agg(json_build_object('entryId', e.entry_id::text, 'account', e.ledger_account, 'direction', e.direction,
                     'amount', e.amount, 'currency', e.currency) order by e.direction desc, e.entry_id)
              from ledger_entries e where e.account = p.account and e.posting_id = p.posting_id)::text as entries
      from postings p where p.account = ${account} order by p.at desc limit ${POSTINGS_MAX}`);
  return rows.map((row) => posting.parse({ ...row, entries: JSON.parse(String(row["entries"])) }));
}
