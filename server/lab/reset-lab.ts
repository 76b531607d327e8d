import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { IDEMPOTENT_LANE } from "../timeline/event.ts";

/**
 * Forgets an account's experiments: its rows of the lab and what the timeline tells of lanes. The shop's own payments,
 * ledger and timeline stay, and so does what the bank has in its journal: nobody can take that back.
 */
export async function resetLab(db: Database, account: string): Promise<void> {
  await db.execute(sql`
    with requests as (delete from lab_requests where account = ${account}),
         keys as (delete from lab_keys where account = ${account}),
         payments as (delete from lab_payments where account = ${account}),
         receipts as (delete from lab_receipts where account = ${account}),
         events as (delete from lab_events where account = ${account}),
         gates as (delete from lab_gates where account = ${account}),
         attempts as (delete from lab_attempts where account = ${account}),
         held as (delete from lab_held where account = ${account}),
         arrivals as (delete from timeline_arrivals where account = ${account} and lane <> ${IDEMPOTENT_LANE})
    delete from timeline_events where account = ${account} and lane <> ${IDEMPOTENT_LANE}`);
}
