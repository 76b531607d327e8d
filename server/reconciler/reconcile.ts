import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import { compareBooks, type Finding } from "./compare-books.ts";
import { readClock } from "./read-clock.ts";

/** From a part of time, and to where it ends; ISO 8601. Without an end it goes on until now. */
interface Window {
  from: string;
  before?: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Looked at in every round: until the recovery horizon (20 h) has passed, what differs may be a payment that is late. */
const RECENT_MS = 26 * HOUR_MS;
/** How far back the older days are gone through. A refund may fail a month after it was made, a card's dispute may take one. */
const OLDER_DAYS = 400;

/**
 * One round of the worker: the bank's books of all accounts against ours, both ways. It looks at the last hours, at one day
 * of those before, and at the day of the open finding that was longest not looked at. So a round is as large as a day's trade
 * and not as all there ever was, what changes late is found, and what is over is resolved within as many rounds as there
 * are such findings. What is found is written down; what is found no more in what was really read is marked as resolved.
 * Any number of workers may do this at once.
 * @param how.round of this worker, from 0: which older day it is the turn of. A round that failed is to be done again
 * @param how.olderThanMs L1's bound: what is younger may still be under way
 */
export async function reconcile(
  services: { db: Database; payments: PaymentProvider },
  { olderThanMs, round }: { olderThanMs: number; round: number },
): Promise<Finding[]> {
  const { db } = services;
  const recent = (await readClock(db)) - RECENT_MS;
  const day = recent - (round % OLDER_DAYS) * DAY_MS;
  const windows = [{ from: iso(recent) }, { from: iso(day - DAY_MS), before: iso(day) }];
  const findings = new Map<string, Finding>();
  let lines = 0;
  for (const window of [...windows, ...(await aroundOldFinding(db, recent))]) {
    const compared = await compareBooks(services, { ...window, olderThanMs });
    await record(db, compared.findings, window);
    for (const found of compared.findings) findings.set(`${found.kind} ${found.reference}`, found);
    lines += Object.values(compared.checked).reduce((sum, count) => sum + count, 0);
  }
  await db.execute(sql`
    insert into reconciliation_rounds (reconciler, ended_at, looked_at) values ('worker', clock_timestamp(), ${lines}::integer)
    on conflict (reconciler) do update set ended_at = excluded.ended_at, looked_at = excluded.looked_at`);
  return [...findings.values()];
}

/** A day with that open finding in the middle: whichever side its movement is on, it is resolved or seen again. */
async function aroundOldFinding(db: Database, recent: number): Promise<Window[]> {
  const [row] = await db.execute(sql`
    select extract(epoch from moved_at)::float8 * 1000 as moved_at from reconciliation_findings
     where resolved_at is null and moved_at < ${iso(recent)}::timestamptz order by last_seen limit 1`);
  if (row === undefined) return [];
  const movedAt = Number(row["moved_at"]);
  return [{ from: iso(movedAt - DAY_MS / 2), before: iso(movedAt + DAY_MS / 2) }];
}

async function record(
  db: Database,
  findings: readonly Finding[],
  { from, before }: Window,
): Promise<void> {
  await db.execute(sql`
    with found as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(findings.map(stored))}::text::jsonb) as f(account text, kind text,
        reference text, "orderId" text, amount bigint, currency text, at timestamptz)
    ), noted as (
      insert into reconciliation_findings as f (account, kind, reference, order_id, amount, currency, moved_at)
      select account, kind, reference, "orderId", amount, currency, at from found
      on conflict (account, kind, reference) do update set last_seen = clock_timestamp(), resolved_at = null
    )
    update reconciliation_findings f set resolved_at = clock_timestamp()
     where resolved_at is null and f.moved_at >= ${from}::timestamptz and f.moved_at < coalesce(${before ?? null}::timestamptz, 'infinity')
       and not exists (
         select 1 from found where found.account = f.account and found.kind = f.kind and found.reference = f.reference)`);
}

function stored({ idempotencyKey: _key, state: _state, ...row }: Finding) {
  return row;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
