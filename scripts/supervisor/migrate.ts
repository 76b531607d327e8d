import { withProgress } from "../setup/progress.mjs";
import { run, tail } from "../setup/run.mjs";
import { assertSessions } from "./assert-sessions.ts";
import { inherited, stackWide } from "./environment.ts";
import { roleUrls, type Settings } from "./settings.ts";

/** Brings schema and roles to what the sources say, as the database's owner. Throws with what to do. */
export async function migrate(
  settings: Settings,
  adminUrl: string,
  log: (line: string) => void,
): Promise<void> {
  if (settings.databaseUrl) await assertSessions(settings.databaseUrl);
  const { app, bank, suppliers } = roleUrls(adminUrl);
  const env = {
    ...inherited(),
    ...stackWide(settings),
    DATABASE_ADMIN_URL: adminUrl,
    DATABASE_URL: app,
    BANK_DATABASE_URL: bank,
    SUPPLIERS_DATABASE_URL: suppliers,
  };
  const args = ["--import", "tsx", "db/migrate.ts"];
  const { code, output } = await withProgress(
    "migrating the database",
    () => run(process.execPath, args, { cwd: settings.root, env }),
    log,
  );
  if (code === 0) return;
  throw new Error(
    `The migrations failed:\n${tail(output).replace(/^/gm, "  ")}\n` +
      (settings.databaseUrl
        ? "  What to do: see that DATABASE_URL answers and names an owner who may create roles and schemas."
        : `  What to do: \`npm run db:reset\` empties the database in ${settings.dataDir}.`),
  );
}
