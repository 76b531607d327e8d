import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { prepared } from "../server/idempotency/index.ts";
import type { Asked } from "./duplicates.ts";
import { rawStatements } from "./raw-statements.ts";
import { record } from "./variants.ts";

const open = () => postgres(String(process.argv[2]), { max: 2, fetch_types: false });
// Two, since Drizzle changes the parsers of the one that it is given.
const [client, raw] = [open(), open()] as const;
const store = prepared(drizzle(client));
const write = await rawStatements(store, record);
const readAgain = await rawStatements(store, async (seen, key) => {
  await record(store, key);
  await record(seen, key);
});

const ways: Record<Asked["way"], (key: string) => Promise<unknown[]>> = {
  nothing: async () => [],
  package: async (key) => {
    const answers = await Promise.all([record(store, key), record(store, key)]);
    return answers.map(({ text }) => text);
  },
  // Of two in one process, one asks Postgres.
  "by hand": async (key) => {
    const rows = await write(raw, key);
    if (rows.length === 0) await readAgain(raw, key);
    return [];
  },
};

await raw`select 1`;
// A worker whose bench has died has nothing to do.
process.on("disconnect", () => process.exit(0));
process.on("message", async ({ way, key }: Asked) => process.send?.(await ways[way](key)));
process.send?.([]);
