import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { clusterFolder } from "../../db/embedded/folder.ts";
import { takeLock } from "../setup/lock.mjs";
import { migrate } from "../supervisor/migrate.ts";
import { readSettings, type Settings } from "../supervisor/settings.ts";
import { withDatabase } from "./with-database.ts";

/** `npm run db:migrate`, `db:reset`, `db:psql`: on the demo's database, or on DATABASE_URL. */
export async function runCommand(root: string, command: string, args: string[]): Promise<void> {
  const settings = readSettings(root, false);
  if (command === "migrate")
    return withDatabase(settings, (url) => migrate(settings, url, console.log));
  if (command === "reset") return reset(settings, args);
  if (command === "psql") return psql(settings, args);
  throw new Error("What to do: `npm run db:migrate`, `npm run db:reset` or `npm run db:psql`.");
}

async function reset(settings: Settings, args: string[]): Promise<void> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl) {
    if (!args.includes("--yes")) {
      const { host, pathname } = new URL(databaseUrl);
      throw new Error(
        `This would drop every schema in ${host}${pathname}.\n  What to do: \`npm run db:reset -- --yes\` if that is meant.`,
      );
    }
    await dropSchemas(databaseUrl);
  } else if (existsSync(dataDir)) {
    const lock = takeLock(join(dataDir, "supervisor.json"));
    if (!lock.held) {
      throw new Error(`The demo runs (process ${lock.owner.pid}). What to do: stop it first.`);
    }
    const { inside, fallback } = clusterFolder(dataDir);
    for (const place of [inside, ...fallback, join(dataDir, "postgres.password")]) {
      rmSync(place, { recursive: true, force: true });
    }
    lock.release();
  }
  await withDatabase(settings, (url) => migrate(settings, url, console.log));
  console.log("The database is empty and migrated.");
}

async function dropSchemas(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const schemas = await sql<{ name: string }[]>`
      select nspname as name from pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema'`;
    for (const { name } of schemas) await sql`drop schema ${sql(name)} cascade`;
    await sql`create schema public`;
  } finally {
    await sql.end();
  }
}

/** psql when it is here; else the address, for whatever client there is, kept open until Ctrl-C. */
async function psql(settings: Settings, args: string[]): Promise<void> {
  await withDatabase(settings, async (adminUrl, origin) => {
    const child = spawn("psql", [adminUrl, ...args], { stdio: "inherit" });
    const ignore = () => {}; // Ctrl-C is psql's own
    process.on("SIGINT", ignore);
    const code = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(127));
      child.once("exit", (status) => resolve(status ?? 1));
    });
    process.off("SIGINT", ignore);
    process.exitCode = code;
    if (code !== 127) return;
    process.exitCode = 0;
    console.log(`psql is not installed. Any client can use this address:\n\n${adminUrl}\n`);
    if (origin !== "started") return;
    console.log("The server runs until Ctrl-C.");
    await new Promise<void>((resolve) => {
      const alive = setInterval(() => {}, 1_000_000);
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.once(signal, () => {
          clearInterval(alive);
          resolve();
        });
      }
    });
  });
}
