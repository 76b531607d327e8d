import type postgres from "postgres";

/** The faults that the timeline says happened to a key. A fault that nobody saw proves nothing. */
export async function faultsSeen(sql: postgres.Sql, key: string): Promise<string> {
  const lines = await sql<{ text: string }[]>`
    select text from timeline_events where key = ${key} and point = 'fault' order by id`;
  return lines.map(({ text }) => text).join("\n");
}

const LINES_LATE_MS = 2_000;

/** Whether this fault happened to the key. Its line is written behind the request's back, so it may be a moment late. */
export async function isSeen(sql: postgres.Sql, key: string, fault: string): Promise<boolean> {
  for (const endsAt = performance.now() + LINES_LATE_MS; performance.now() < endsAt;) {
    if ((await faultsSeen(sql, key)).includes(fault)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
