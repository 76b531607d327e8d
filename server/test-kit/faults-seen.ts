import type postgres from "postgres";

/** The faults that the timeline says happened to a key. A fault that nobody saw proves nothing. */
export async function faultsSeen(sql: postgres.Sql, key: string): Promise<string> {
  const lines = await sql<{ text: string }[]>`
    select text from timeline_events where key = ${key} and point = 'fault' order by id`;
  return lines.map(({ text }) => text).join("\n");
}
