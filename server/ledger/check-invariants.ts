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
  /** The statement that was run, as Postgres was given it; `$n` are the account, the bank's own statement and what we acknowledged before. */
  sql: string;
}

const dialect = new PgDialect();

/**
 * Checks every property of one account against the bank's own statement. That is read between two looks at ours: what was
 * acknowledged before it must be in it, and what is in it must be explained by the snapshot after it. Whoever pays
 * meanwhile breaks nothing, and no transaction waits for the bank.
 */
export async function checkInvariants(
  db: Database,
  payments: PaymentProvider,
  account: string,
): Promise<Invariant[]> {
  const acknowledged = await readAcknowledged(db, account);
  const bank = JSON.stringify(await payments.statement(account));
  // One snapshot for all of them, so that their counts are of the same moment.
  return await db.transaction(
    async (tx) => {
      const results: Invariant[] = [];
      for (const invariant of INVARIANTS)
        results.push(await check(tx, account, { acknowledged, bank }, invariant));
      return results;
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

/** What we have said was paid and given back, as JSON. */
async function readAcknowledged(db: Database, account: string): Promise<string> {
  const [row] = await db.execute(sql`
    select coalesce(json_agg(json_build_object('order_id', c.order_id, 'provider_reference', c.provider_reference,
             'amount', c.amount, 'refunded', back.amount)), '[]')::text as acknowledged
      from charges c cross join lateral (
        select coalesce(sum(r.amount), 0) as amount from refunds r where r.account = c.account and r.charge_id = c.charge_id) back
     where c.account = ${account}`);
  return String(row?.["acknowledged"]);
}

async function check(
  db: Pick<Database, "execute">,
  account: string,
  { acknowledged, bank }: { acknowledged: string; bank: string },
  { id, name, over, broken, doubtful }: InvariantQuery,
): Promise<Invariant> {
  const statement = sql`with bank as (
      select * from jsonb_to_recordset(${bank}::text::jsonb) as b("chargeId" text, "orderId" text, amount bigint, refunded bigint)
    ), acknowledged as (
      select * from jsonb_to_recordset(${acknowledged}::text::jsonb) as a(order_id uuid, provider_reference text, amount bigint, refunded bigint)
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
