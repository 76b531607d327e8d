import { sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";
import type { BankBooks, BankLine, PaymentProvider } from "../payments/provider.ts";
import { readClock } from "./read-clock.ts";

const finding = z.object({
  kind: z.enum([
    "captured-without-claim",
    "claim-without-capture",
    "returned-without-refund",
    "refund-without-return",
  ]),
  account: z.string(),
  orderId: z.string().nullable(),
  /** The bank's id of the charge or refund. */
  reference: z.string(),
  amount: z.coerce.number(),
  currency: z.string(),
  /** When the money moved, as the side that has it says. */
  at: z.string(),
  /** The intent that the bank's line names, where we have one, and its state. */
  idempotencyKey: z.string().nullable(),
  state: z.string().nullable(),
});
export type Finding = z.output<typeof finding>;

/** Lines of ours that the bank has not, and what the bank would call them. */
const OURS: Partial<Record<Finding["kind"], "charge" | "refund">> = {
  "claim-without-capture": "charge",
  "refund-without-return": "refund",
};

export interface Comparison {
  /** Lines looked at, on both sides. */
  checked: { captures: number; claims: number; returns: number; refunds: number };
  findings: Finding[];
}

const comparison = z.object({
  checked: z.object({
    captures: z.number(),
    claims: z.number(),
    returns: z.number(),
    refunds: z.number(),
  }),
  findings: z.array(finding),
});

export interface Scope {
  /** One account's books; without it everybody's. */
  account?: string;
  /** Lines from then on, and from before then, of both sides; ISO 8601. */
  from?: string;
  before?: string;
  /** Younger lines may still be under way. Milliseconds. */
  olderThanMs: number;
}

/** Charges of lanes are experiments: their sub-accounts are no account of the shop. */
const LANE = "~";

/**
 * Compares the bank's lines with ours, both ways, by the bank's own ids, in one snapshot of ours that is taken after the
 * bank's books were read. Ages are those of the moment before that: its listing may take longer than the bound, and what was
 * paid meanwhile is not in it. A line whose amount differs is missing on both sides.
 */
export async function compareBooks(
  { db, payments }: { db: Database; payments: PaymentProvider },
  scope: Scope,
): Promise<Comparison> {
  const { account, from, before, olderThanMs } = scope;
  const olderThan = new Date((await readClock(db)) - olderThanMs).toISOString();
  const books = await payments.books(account === undefined ? { from, before } : { account });
  const [row] = await db.execute(comparing(books, olderThan, scope));
  const { checked, findings } = comparison.parse(JSON.parse(String(row?.["compared"])));
  const windowed = from !== undefined || before !== undefined;
  return { checked, findings: windowed ? await missing(payments, findings) : findings };
}

/** Calls of the bank at once, and in one comparison. More that are missing than that were not booked late. */
const AT_ONCE = 8;
const ASKED_MAX = 200;

/**
 * What the bank does not have. A part of time may end between the two sides of one movement, by days where a person booked
 * it: what its listing left out the bank is asked for by its id.
 */
async function missing(payments: PaymentProvider, findings: Finding[]): Promise<Finding[]> {
  const found = new Set<Finding>();
  const ours = findings.filter(({ kind }) => OURS[kind] !== undefined).slice(0, ASKED_MAX);
  const ask = async (finding: Finding) => {
    const of = OURS[finding.kind];
    const line = of && (await payments.findLine(of, finding.reference));
    if (line?.amount === finding.amount) found.add(finding);
  };
  for (let at = 0; at < ours.length; at += AT_ONCE)
    await Promise.all(ours.slice(at, at + AT_ONCE).map(ask));
  return findings.filter((finding) => !found.has(finding));
}

function comparing(
  { captures, returns }: BankBooks,
  olderThan: string,
  { account, from, before }: Scope,
): SQL {
  const whose = (table: string) =>
    account === undefined ? sql`true` : sql`${sql.raw(table)}.account = ${account}`;
  const within = (column: string) =>
    sql`${sql.raw(column)} >= coalesce(${from ?? null}::timestamptz, '-infinity') and ${sql.raw(column)} < coalesce(${before ?? null}::timestamptz, 'infinity')`;
  const lines = (of: BankLine[]) => sql`
    select * from jsonb_to_recordset(${JSON.stringify(of)}::text::jsonb) as b(id text, charge text, account text, "orderId" text,
      reference text, amount bigint, currency text, at timestamptz) where b.account not like ${`%${LANE}%`}`;
  return sql`
    with captured as materialized (${lines(captures)}), returned as materialized (${lines(returns)}),
    claims as materialized (
      select c.account, c.order_id::text as "orderId", c.provider_reference as id, c.amount, c.currency, c.paid_at as at, c.key
        from charges c where ${whose("c")}
         and (${within("c.paid_at")} or c.provider_reference in (select id from captured union select charge from returned))
    ), refunds as materialized (
      select r.account, c.order_id::text as "orderId", r.provider_reference as id, r.amount, r.currency, r.at, r.key, c.provider_reference as charge
        from refunds r join charges c on c.account = r.account and c.charge_id = r.charge_id where ${whose("r")} and ${whose("c")}
         and (${within("r.at")} or r.provider_reference in (select id from returned))
    ), asked as materialized (
      select s.account, s.key, s.provider_key, k.state from idempotency_steps s
        join idempotency_keys k on k.account = s.account and k.key = s.key
       where ${whose("s")} and ${whose("k")} and s.provider_key in (
         select reference from captured where id not in (select id from claims)
         union select reference from returned where id not in (select id from refunds))
    ), found as (
      select 'captured-without-claim' as kind, b.account, b."orderId", b.id, b.amount, b.currency, b.at, a.key, a.state
        from captured b left join claims o using (id) left join asked a on a.provider_key = b.reference
       where o.amount is distinct from b.amount
      union all
      select 'claim-without-capture', o.account, o."orderId", o.id, o.amount, o.currency, o.at, o.key, 'completed'
        from claims o left join captured b using (id) where ${within("o.at")} and b.amount is distinct from o.amount
      union all
      select 'returned-without-refund', coalesce(c.account, b.account), coalesce(c."orderId", b."orderId"), b.id, b.amount, b.currency, b.at, a.key, a.state
        from returned b left join refunds o using (id) left join claims c on c.id = b.charge left join asked a on a.provider_key = b.reference
       where o.amount is distinct from b.amount
      union all
      select 'refund-without-return', o.account, o."orderId", o.id, o.amount, o.currency, o.at, o.key, 'completed'
        from refunds o left join returned b using (id) where ${within("o.at")} and b.amount is distinct from o.amount
    )
    select json_build_object(
      'checked', json_build_object('captures', (select count(*) from captured), 'claims', (select count(*) from claims o where ${within("o.at")}),
        'returns', (select count(*) from returned), 'refunds', (select count(*) from refunds o where ${within("o.at")})),
      'findings', coalesce((select json_agg(json_build_object('kind', kind, 'account', account, 'orderId', nullif("orderId", ''),
          'reference', id, 'amount', amount, 'currency', currency, 'idempotencyKey', key, 'state', state,
          'at', ${utc("at")}) order by at, id)
        from found where at < ${olderThan}::timestamptz), '[]'))::text as compared`;
}
