import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]).or(z.array(z.number()));
const row = z.record(z.string(), cell);
const rows = z.array(row);

const answer = z.object({
  /** The stored bytes: what was given the first time and every time since. */
  text: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  storedAt: z.string(),
});

export interface IntentRows {
  /** Undefined: this account has no such key. */
  key: z.output<typeof row> | undefined;
  steps: z.output<typeof rows>;
  answer: z.output<typeof answer> | undefined;
  /** What was written in the commit of the answer, by table. */
  effects: { table: string; rows: z.output<typeof rows> }[];
}

const EFFECTS = ["charges", "refunds", "postings", "ledger_entries"] as const;

/** Everything that is written down about one key of this account, in one snapshot. */
export async function inspectIntent(
  db: Database,
  account: string,
  key: string,
): Promise<IntentRows> {
  const [found] = await db.execute(sql`
    with sources as materialized (
      select c.charge_id as id from charges c where c.account = ${account} and c.key = ${key}
      union all select r.refund_id from refunds r where r.account = ${account} and r.key = ${key}
    ), booked as materialized (
      select p.* from postings p where p.account = ${account} and p.source_id in (select id from sources)
    )
    select json_build_object('key', k.key, 'procedure', k.procedure, 'state', k.state, 'fence', k.fence, 'order_id', k.order_id, 'holds', k.holds,
             'fingerprint', k.fingerprint, 'input', k.input, 'review', k.review, 'lease_until', ${utc("k.lease_until")},
             'created_at', ${utc("k.created_at")}, 'updated_at', ${utc("k.updated_at")})::text as key,
           json_build_object('text', k.answer, 'bytes', octet_length(k.answer), 'sha256', encode(sha256(convert_to(k.answer, 'UTF8')), 'hex'),
             'storedAt', ${utc("k.updated_at")})::text as answer,
           coalesce((select json_agg(json_build_object('place', s.place, 'step', s.step, 'request', s.request, 'provider_key', s.provider_key,
               'open_sends', s.open_sends, 'last_sent', s.last_sent, 'result', s.result) order by s.place)
             from idempotency_steps s where s.account = k.account and s.key = k.key), '[]')::text as steps,
           coalesce((select json_agg(json_build_object('charge_id', c.charge_id, 'order_id', c.order_id, 'amount', c.amount, 'currency', c.currency,
               'provider_reference', c.provider_reference, 'paid_at', ${utc("c.paid_at")}))
             from charges c where c.account = ${account} and c.key = ${key}), '[]')::text as charges,
           coalesce((select json_agg(json_build_object('refund_id', r.refund_id, 'charge_id', r.charge_id, 'amount', r.amount, 'currency', r.currency,
               'provider_reference', r.provider_reference, 'at', ${utc("r.at")}))
             from refunds r where r.account = ${account} and r.key = ${key}), '[]')::text as refunds,
           coalesce((select json_agg(json_build_object('posting_id', b.posting_id, 'kind', b.kind, 'source_id', b.source_id, 'at', ${utc("b.at")})) from booked b), '[]')::text as postings,
           coalesce((select json_agg(json_build_object('entry_id', e.entry_id, 'ledger_account', e.ledger_account, 'direction', e.direction,
               'amount', e.amount, 'currency', e.currency) order by e.entry_id)
             from ledger_entries e join booked b on b.account = e.account and b.posting_id = e.posting_id where e.account = ${account}), '[]')::text as ledger_entries
      from idempotency_keys k where k.account = ${account} and k.key = ${key}`);
  if (found === undefined) return { key: undefined, steps: [], answer: undefined, effects: [] };
  const json = (column: string): unknown => JSON.parse(String(found[column]));
  const stored = answer.safeParse(json("answer"));
  return {
    key: row.parse(json("key")),
    steps: rows.parse(json("steps")),
    answer: stored.data,
    effects: EFFECTS.map((table) => ({ table, rows: rows.parse(json(table)) })),
  };
}
