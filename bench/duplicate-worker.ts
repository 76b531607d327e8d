import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { prepared } from "../server/idempotency/index.ts";
import { record } from "./variants.ts";

const client = postgres(String(process.argv[2]), { max: 2, fetch_types: false });
const store = prepared(drizzle(client));
await client`select 1`;
// A worker whose bench has died has nothing to do.
process.on("disconnect", () => process.exit(0));
process.on("message", async (key: string) => {
  const asked = key === "" ? [] : [record(store, key), record(store, key)];
  const answers = await Promise.all(asked);
  process.send?.(answers.map(({ text }) => text));
});
process.send?.([]);
