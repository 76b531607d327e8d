import { sql, type SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Database } from "../../db/client.ts";
import type { PaymentProvider } from "../payments/provider.ts";
import { INVARIANTS, type InvariantQuery } from "./invariants.ts";

export interface Invariant {
  id: string;
  name: string;
  holds: boolean;
  rowsChecked: number;
  /** The rows that break it, the smallest first, at most 10. */
  witness: Record<string, unknown>[];
  /** Intents that are not final yet and could still break it. */
  open: number;
  /** The statement that was run, as Postgres was given it; `$n` are the account and the bank's own statement. */
  sql: string;
}

const dialect = new PgDialect();

/** Checks every property of one account against the bank's own statement, in one snapshot of ours. */
export async function checkInvariants(
  db: Database,
  payments: PaymentProvider,
  account: string,
): Promise<Invariant[]> {
  // Ours is read before and after the bank's: a payment that finishes in between must not look like a loss.
  const before = await payments.statement(account);
  const results: Invariant[] = [];
  for (const invariant of INVARIANTS)
    results.push(await check(db, account, JSON.stringify(before), invariant));
  if (results.every((result) => result.holds)) return results;
  const after = JSON.stringify(await payments.statement(account));
  return await Promise.all(
    results.map((result, at) => {
      const invariant = INVARIANTS[at];
      return result.holds || !invariant ? result : check(db, account, after, invariant);
    }),
  );
}

async function check(
  db: Database,
  account: string,
  bank: string,
  { id, name, over, broken, doubtful }: InvariantQuery,
): Promise<Invariant> {
  const statement = sql`with bank as (
      select * from jsonb_to_recordset(${bank}::text::jsonb) as b("chargeId" text, "orderId" text, amount bigint, refunded bigint)
    ), broken as (${withAccount(broken, account)})
    select (select count(*)::integer from ${sql.raw(over)} ${over === "bank" ? sql`` : sql`where account = ${account}`}) as checked,
           (select count(*)::integer from idempotency_keys where account = ${account} and state in ('in_progress', 'unknown', 'needs_review')) as open,
           coalesce((select jsonb_agg(to_jsonb(w)) from (select * from broken order by length(broken::text) limit 10) w), '[]')::text as witness`;
  const [row] = await db.execute(statement);
  const witness: Record<string, unknown>[] = JSON.parse(String(row?.["witness"] ?? "[]"));
  return {
    id,
    name,
    holds: witness.length === 0,
    rowsChecked: Number(row?.["checked"] ?? 0),
    witness,
    open: doubtful ? Number(row?.["open"] ?? 0) : 0,
    sql: dialect.sqlToQuery(statement).sql,
  };
}

function withAccount(text: string, account: string): SQL {
  const parts = text.split("$account").map((part) => sql.raw(part));
  return sql.join(parts, sql`${account}`);
}
