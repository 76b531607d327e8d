import type { SuppliersSql } from "./database.ts";
import { Refusal } from "./refusal.ts";

const ROWS_MAX = 500;

/** `GET /v1/journal?account=…[&orderId=…][&reference=…]`: what was done for one account, oldest first, as JSON. */
export async function listJournal(sql: SuppliersSql, asked: URLSearchParams): Promise<string> {
  const account = asked.get("account");
  if (!account) throw new Refusal(400, "account: whose journal?");
  const orderId = asked.get("orderId");
  const reference = asked.get("reference");
  const rows = await sql`
    select kind, object_id as id, order_id as "orderId", reference, detail,
           to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
      from suppliers.journal
     where account = ${account} and (${orderId}::text is null or order_id = ${orderId})
       and (${reference}::text is null or reference = ${reference})
     order by id limit ${ROWS_MAX}`;
  return JSON.stringify(rows);
}
