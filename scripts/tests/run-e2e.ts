import { chmodSync, createWriteStream, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "../../db/embedded/free-port.ts";
import { withProgress } from "../setup/progress.mjs";
import { run, tail } from "../setup/run.mjs";
import { prefixed } from "../supervisor/prefixed.ts";
import { readSettings } from "../supervisor/settings.ts";
import { createStack } from "../supervisor/stack.ts";
import { browserOrInstall } from "./install-browser.ts";
import type { Counts } from "./run-unit.ts";

/** The browser specs against a stack of their own: production build, free ports, a data directory that goes away. */
export async function runE2e(root: string, args: string[]): Promise<Counts> {
  const browser = await browserOrInstall(root);
  console.log(`Browser: ${browser.path ?? "Playwright's own"} (${browser.version})`);
  const results = join(root, "test-results");
  mkdirSync(results, { recursive: true });
  const logFile = join(results, "stack.log");
  const sink = createWriteStream(logFile);
  const dataDir = mkdtempSync(join(tmpdir(), "payonce-e2e-"));
  chmodSync(dataDir, 0o755); // PostgreSQL's own account has to get in
  const database = await ownDatabase(process.env.DATABASE_URL);
  const settings = {
    ...readSettings(root, false, { ...process.env, DATA_DIR: dataDir, HOST: "", FAULTS: "on" }),
    port: await freePort(),
    databaseUrl: database?.url,
  };
  const stack = createStack(
    settings,
    prefixed((line) => sink.write(`${line}\n`)),
  );
  const cleanUp = async () => {
    await stack.stop();
    await database?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  try {
    const address = await withProgress("Starting the stack for the browser specs", () =>
      within(180_000, stack.start()),
    );
    return await playwright(root, args, {
      PAYONCE_URL: address,
      PAYONCE_DATA_DIR: dataDir,
      // The bank's journal is read past our own code; of the embedded server the data directory tells the address.
      DATABASE_ADMIN_URL: database?.url ?? "",
      PAYONCE_CHROMIUM: browser.path ?? "",
    });
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    console.error(
      `\nThe stack's last lines (all are in ${logFile}):\n${tail(readFileSync(logFile, "utf8"))}`,
    );
    return { passed: 0, failed: 1 };
  } finally {
    await cleanUp();
    sink.end();
  }
}

async function playwright(root: string, args: string[], env: NodeJS.Dict<string>): Promise<Counts> {
  const report = join(root, "test-results", "e2e.json");
  rmSync(report, { force: true });
  const cli = join(root, "node_modules", "@playwright", "test", "cli.js");
  const command = [cli, "test", "--config", "e2e/playwright.config.ts", "--reporter=list,json"];
  const { code, interrupted } = await run(process.execPath, [...command, ...args], {
    cwd: root,
    env: { ...process.env, ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    inherit: true,
  });
  if (interrupted || !existsSync(report)) return { passed: 0, failed: 1 };
  const { stats } = JSON.parse(readFileSync(report, "utf8")) as {
    stats: { expected: number; unexpected: number; flaky: number };
  };
  const failed = stats.unexpected + stats.flaky;
  // Nothing executed, or red without a red test: a spec that does not load.
  const silent = stats.expected + failed === 0 || (code !== 0 && failed === 0);
  return { passed: stats.expected, failed: silent ? failed + 1 : failed };
}

/** On the caller's own server the specs get a database of their own, dropped afterwards. */
async function ownDatabase(adminUrl: string | undefined) {
  if (!adminUrl) return undefined;
  const name = `payonce_e2e_${process.pid}`;
  const execute = async (statement: string) => {
    const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
    await sql.unsafe(statement).finally(() => sql.end());
  };
  await execute(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(`drop database if exists ${name} with (force)`) };
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`The stack was not ready within ${limitMs / 1000} s.`);
    timer = setTimeout(reject, limitMs, error);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
