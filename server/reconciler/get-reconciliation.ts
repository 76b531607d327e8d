import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import { type Comparison, compareBooks } from "./compare-books.ts";

const round = z.object({
  endedAt: z.string().nullable(),
  secondsAgo: z.coerce.number().nullable(),
  open: z.coerce.number(),
});

export interface Reconciliation extends Comparison {
  /** What is younger may still be under way and is not compared. Milliseconds. */
  olderThanMs: number;
  /** The worker's last round, and how many findings of this account it has left open. */
  worker: z.output<typeof round>;
}

/** The books of one account compared now, both ways, and what the worker's last round said. Writes nothing. */
export async function getReconciliation(
  db: Database,
  payments: PaymentProvider,
  account: string,
  olderThanMs: number,
): Promise<Reconciliation> {
  const compared = await compareBooks({ db, payments }, { account, olderThanMs });
  const [row] = await db.execute(sql`
    select (select ${utc("ended_at")} from reconciliation_rounds where reconciler = 'worker') as "endedAt",
           (select extract(epoch from clock_timestamp() - ended_at)::float8 from reconciliation_rounds where reconciler = 'worker') as "secondsAgo",
           (select count(*)::integer from reconciliation_findings where account = ${account} and resolved_at is null) as open`);
  return { ...compared, olderThanMs, worker: round.parse(row) };
}
