import { sql } from "drizzle-orm";
import type { Database } from "../../../db/client.ts";
import { IDEMPOTENT_LANE } from "../../timeline/event.ts";

export interface TableRows {
  table: string;
  columns: string[];
  rows: (string | number | boolean | null)[][];
}

const ROWS_MAX = 50;

/** What is shown of a table, and how its rows of one order are found. Names are this file's own, never a client's. */
interface Shown {
  table: string;
  columns: string[];
  of: string;
}

const OF_ORDER = "account = $account and order_id = $order";
const SHOP: Shown[] = [
  { table: "orders", columns: ["order_id", "status", "items", "updated_at"], of: OF_ORDER },
  {
    table: "idempotency_keys",
    columns: ["key", "state", "fence", "lease_until", "answer", "updated_at"],
    of: "account = $account and order_id = $order::text",
  },
  {
    table: "charges",
    columns: ["charge_id", "key", "amount", "currency", "provider_reference", "paid_at"],
    of: OF_ORDER,
  },
  {
    table: "ledger_entries",
    columns: ["posting_id", "ledger_account", "direction", "amount", "currency", "at"],
    of: "account = $account and posting_id in (select posting_id from postings where account = $account and order_id = $order)",
  },
  { table: "receipts", columns: ["order_id", "attempts", "via", "sent_at"], of: OF_ORDER },
];
const OF_LANE = "account = $account and lane = $lane and order_id = $order";
const LAB: Shown[] = [
  {
    table: "lab_keys",
    columns: ["key", "state", "fence", "lease_until", "answer", "answered_by", "claimed_at"],
    of: OF_LANE,
  },
  {
    table: "lab_payments",
    columns: ["payment_id", "key", "fence", "amount", "currency", "provider_reference", "at"],
    of: OF_LANE,
  },
  {
    table: "lab_requests",
    columns: ["request_id", "arrival", "key", "amount", "told", "at"],
    of: OF_LANE,
  },
  { table: "lab_receipts", columns: ["receipt_id", "event_id", "at"], of: OF_LANE },
];

/** The rows that stand in Postgres for one order of one lane right now, at most 50 of each table. */
export async function readRows(
  db: Database,
  account: string,
  lane: string,
  orderId: string,
): Promise<TableRows[]> {
  const given = { account: sql`${account}`, lane: sql`${lane}`, order: sql`${orderId}::uuid` };
  return await Promise.all(
    (lane === IDEMPOTENT_LANE ? SHOP : LAB).map(async ({ table, columns, of }) => {
      const where = of
        .split(/\$(account|lane|order)\b/)
        .map((part, at) => (at % 2 === 0 ? sql.raw(part) : given[part as keyof typeof given]));
      const found = await db.execute(
        sql`select json_build_array(${sql.raw(columns.join(", "))})::text as row from ${sql.raw(table)} where ${sql.join(where)} limit ${sql.raw(String(ROWS_MAX))}`,
      );
      return { table, columns, rows: found.map((row) => JSON.parse(String(row["row"]))) };
    }),
  );
}
