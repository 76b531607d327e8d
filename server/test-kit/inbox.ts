import type postgres from "postgres";

/** The events about one order that have had their effect, by the names of their types. */
export async function inboxOf(sql: postgres.Sql, orderId: string) {
  const rows = await sql<{ type: string; effect: string }[]>`
    select type, effect from webhook_inbox where order_id = ${orderId} order by type`;
  return rows.map((row) => ({ ...row }));
}
