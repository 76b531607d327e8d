import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import { type Comparison, compareBooks, type Finding } from "./compare-books.ts";

/** Beyond the recovery horizon nothing moves any more, so a line of ours needs no second look after it. */
const OURS_WITHIN_HOURS = 26;
/**
 * One round of the worker: the bank's books of all accounts against ours, both ways. What is found is written down, and
 * what is found no more is marked as resolved. Any number of workers may do this at once.
 * @param how.everything also what is older than two days; the first round of a worker does
 * @param how.olderThanMs L1's bound: what is younger may still be under way
 */
export async function reconcile(
  services: { db: Database; payments: PaymentProvider },
  { olderThanMs, everything }: { olderThanMs: number; everything: boolean },
): Promise<Comparison> {
  const compared = await compareBooks(services, {
    olderThanMs,
    ...(!everything && { oursWithinHours: OURS_WITHIN_HOURS }),
  });
  await record(services.db, compared, everything);
  return compared;
}

async function record(
  db: Database,
  { findings, checked }: Comparison,
  everything: boolean,
): Promise<void> {
  const within = everything
    ? sql`true`
    : sql`f.moved_at >= clock_timestamp() - ${OURS_WITHIN_HOURS}::integer * interval '1 hour'`;
  const lookedAt = Object.values(checked).reduce((sum, count) => sum + count, 0);
  await db.execute(sql`
    with found as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(findings.map(stored))}::text::jsonb) as f(account text, kind text,
        reference text, "orderId" text, amount bigint, currency text, at timestamptz)
    ), noted as (
      insert into reconciliation_findings as f (account, kind, reference, order_id, amount, currency, moved_at)
      select account, kind, reference, "orderId", amount, currency, at from found
      on conflict (account, kind, reference) do update set last_seen = clock_timestamp(), resolved_at = null
    ), resolved as (
      update reconciliation_findings f set resolved_at = clock_timestamp()
       where resolved_at is null and ${within} and not exists (
         select 1 from found where found.account = f.account and found.kind = f.kind and found.reference = f.reference)
    )
    insert into reconciliation_rounds (reconciler, ended_at, looked_at) values ('worker', clock_timestamp(), ${lookedAt}::integer)
    on conflict (reconciler) do update set ended_at = excluded.ended_at, looked_at = excluded.looked_at`);
}

function stored({ idempotencyKey: _key, state: _state, ...row }: Finding) {
  return row;
}
