import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../setup/run.mjs";
import { browserOrInstall } from "./install-browser.ts";
import { withOwnStack } from "./own-stack.ts";
import type { Counts } from "./run-unit.ts";

/** The browser specs against a stack of their own. */
export async function runE2e(root: string, args: string[]): Promise<Counts> {
  const browser = await browserOrInstall(root);
  console.log(`Browser: ${browser.path ?? "Playwright's own"} (${browser.version})`);
  const logFile = join(root, "test-results", "stack.log");
  try {
    const counts = await withOwnStack(root, logFile, ({ address, dataDir, databaseUrl }) =>
      playwright(root, args, {
        PAYONCE_URL: address,
        PAYONCE_DATA_DIR: dataDir,
        // The bank's journal is read past our own code; of the embedded server the data directory tells the address.
        DATABASE_ADMIN_URL: databaseUrl ?? "",
        PAYONCE_CHROMIUM: browser.path ?? "",
      }),
    );
    return isCalm(logFile) ? counts : { ...counts, failed: counts.failed + 1 };
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

/** What a fault did as it was told to is no error of ours, and prints no stack in the terminal of whoever presses Pay. */
function isCalm(logFile: string): boolean {
  const stacks = readFileSync(logFile, "utf8").match(/failed to pipe response/g)?.length ?? 0;
  if (stacks > 0)
    console.error(
      `\nThe web process printed ${stacks} stacks of answers that broke off: ${logFile}`,
    );
  return stacks === 0;
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
