import { openDatabase } from "../db/client.ts";
import { record } from "./variants.ts";
import { TIMINGS } from "./timings.ts";

const pool = openDatabase({
  url: String(process.argv[2]),
  max: 2,
  timings: TIMINGS,
  applicationName: "payonce-bench-duplicates",
});
await pool.sql`select 1`;
// A worker whose bench has died has nothing to do.
process.on("disconnect", () => process.exit(0));
process.on("message", async (key: string) => {
  const asked = key === "" ? [] : [record(pool.db, key), record(pool.db, key)];
  const answers = await Promise.all(asked);
  process.send?.(answers.map(({ text }) => text));
});
process.send?.([]);
