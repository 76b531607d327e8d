import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { canEnter, postgresAccount } from "../../db/embedded/account.ts";
import { openDatabase } from "../../db/client.ts";
import { errorCode } from "../../db/error-code.ts";
import { lacking, sessionFound } from "../../db/session-needs.ts";
import { withThrowawayPostgres } from "../../db/throwaway-postgres.ts";
import { withDatabase } from "../database/with-database.ts";
import { roleUrls, type Settings } from "../supervisor/settings.ts";
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
  const both = async (url: string, which: string) => [
    ...(await inspect(url, which)),
    await session(url),
  ];
  if (settings.databaseUrl) return both(settings.databaseUrl, "DATABASE_URL");
  if (runningAddress(settings.dataDir)) {
    return withDatabase(settings, (url) => both(url, "the demo's"));
  }
  try {
    return await withThrowawayPostgres(undefined, (url) => inspect(url, "embedded, starts"));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ name: "postgres", state: "red", found }];
  }
}

async function inspect(adminUrl: string, which: string): Promise<Finding[]> {
  const owner = postgres(adminUrl, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    const before = Date.now();
    const [row] = await owner<{ version: string; fsync: string; commit: string; ms: number }[]>`
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
    await owner.end({ timeout: 1 });
  }
}

const SESSION_MS = {
  lockMs: 1_000,
  statementMs: 2_000,
  socketMs: 5_000,
  idleInTransactionMs: 5_000,
};

/** As the application would have it: its role's own defaults, not the owner's. */
async function session(adminUrl: string): Promise<Finding> {
  const pool = openDatabase({
    url: roleUrls(adminUrl).app,
    max: 1,
    timings: SESSION_MS,
    applicationName: "payonce-doctor",
    prepare: process.env["DATABASE_PREPARE"] !== "false",
  });
  try {
    const [row] = await pool.db.execute(sql`select ${sessionFound} as found`);
    const lacks = lacking(String(row?.["found"]));
    return lacks.length === 0
      ? {
          name: "session",
          state: "ok",
          found: "READ COMMITTED, durable, on a primary that is written",
        }
      : { name: "session", state: "red", found: lacks.join(" ") };
  } catch (error) {
    const found = `the application's role could not be asked (${errorCode(error) ?? "no code"})`;
    return { name: "session", state: "note", found, mend: "npm run db:migrate, then again" };
  } finally {
    await pool.close();
  }
}
