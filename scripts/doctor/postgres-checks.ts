import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { canEnter, postgresAccount } from "../../db/embedded/account.ts";
import { withThrowawayPostgres } from "../../db/throwaway-postgres.ts";
import { withDatabase } from "../database/with-database.ts";
import type { Settings } from "../supervisor/settings.ts";
import { runningAddress } from "./machine-checks.ts";
import type { Check, Finding } from "./run-doctor.ts";

const CLOCK_SKEW_MAX_MS = 1_000;

export const postgresChecks: Check[] = [folder, server];

async function folder({ dataDir, databaseUrl }: Settings): Promise<Finding> {
  if (databaseUrl)
    return { name: "data folder", state: "note", found: "DATABASE_URL is used instead" };
  const account = postgresAccount(join(dataDir, "postgres"));
  const reachable = canEnter(existsSync(dataDir) ? dataDir : dirname(dataDir), account);
  return reachable
    ? { name: "data folder", state: "ok", found: `${dataDir}, PostgreSQL's account may enter it` }
    : {
        name: "data folder",
        state: "note",
        found: `PostgreSQL's account may not enter ${dataDir}: the temp directory is used`,
      };
}

/** The database that a demo uses now or the caller's; else one that is made for this and removed. */
async function server(settings: Settings): Promise<Finding[]> {
  if (settings.databaseUrl) return inspect(settings.databaseUrl, "DATABASE_URL");
  if (runningAddress(settings.dataDir)) {
    return withDatabase(settings, (url) => inspect(url, "the demo's"));
  }
  try {
    return await withThrowawayPostgres(undefined, (url) => inspect(url, "embedded, starts"));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ name: "postgres", state: "red", found }];
  }
}

async function inspect(adminUrl: string, which: string): Promise<Finding[]> {
  const sql = postgres(adminUrl, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    const before = Date.now();
    const [row] = await sql<{ version: string; fsync: string; commit: string; ms: number }[]>`
      select current_setting('server_version') as version,
             current_setting('fsync') as fsync,
             current_setting('synchronous_commit') as commit,
             (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
    if (!row) throw new Error("the server answered nothing");
    const skewMs = Math.round(Math.abs(row.ms - (before + Date.now()) / 2));
    const durable = row.fsync === "on" && ["on", "remote_apply"].includes(row.commit);
    return [
      { name: "postgres", state: "ok", found: `${which}, version ${row.version}` },
      {
        name: "durability",
        state: durable ? "ok" : "red",
        found: `fsync ${row.fsync}, synchronous_commit ${row.commit}`,
        mend: "alter system set fsync = on; alter system set synchronous_commit = on; then restart it",
      },
      {
        name: "clock",
        state: skewMs <= CLOCK_SKEW_MAX_MS ? "ok" : "note",
        found: `${skewMs} ms from this machine's; leases use the database's alone`,
      },
    ];
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const mend = "see that DATABASE_URL is right and its server runs, or unset it";
    return [{ name: "postgres", state: "red", found, mend }];
  } finally {
    await sql.end({ timeout: 1 });
  }
}
