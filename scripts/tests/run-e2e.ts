import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../setup/run.mjs";
import { type Counts, redTest, withSilence } from "./counts.ts";
import { browserOrInstall } from "./install-browser.ts";
import { withOwnStack } from "./own-stack.ts";

/** The browser specs against a stack of their own. */
export async function runE2e(root: string, args: string[]): Promise<Counts> {
  const logFile = join(root, "test-results", "stack.log");
  try {
    const browser = await browserOrInstall(root);
    console.log(`Browser: ${browser.path ?? "Playwright's own"} (${browser.version})`);
    const counts = await withOwnStack(root, logFile, ({ address, dataDir, databaseUrl }) =>
      playwright(root, args, {
        PAYONCE_URL: address,
        PAYONCE_DATA_DIR: dataDir,
        // The bank's journal is read past our own code; of the embedded server the data directory tells the address.
        DATABASE_ADMIN_URL: databaseUrl ?? "",
        PAYONCE_CHROMIUM: browser.path ?? "",
      }),
    );
    return { ...counts, red: [...counts.red, ...misprintsIn(logFile)] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { passed: 0, red: [redTest("e2e", "the browser and the stack", message)] };
  }
}

/** What must stand in no line of the stack's log, and why. */
const UNHEARD_OF = [
  // What a fault did as it was told to is no error of ours, and prints no stack in the terminal of whoever presses Pay.
  ["failed to pipe response", "stacks of answers that broke off"],
  // Drizzle's errors hold a statement and its values, an account among them.
  ["Failed query", "statements with their values"],
] as const;

function misprintsIn(logFile: string): string[] {
  const log = readFileSync(logFile, "utf8");
  return UNHEARD_OF.flatMap(([line, what]) => {
    const times = log.split(line).length - 1;
    return times === 0 ? [] : [`The stack printed ${times} ${what}: ${logFile}`];
  });
}

interface Suite {
  suites?: Suite[];
  specs: { title: string; file: string; tests: Test[] }[];
}

interface Test {
  status: string;
  results: { errors: { message: string }[] }[];
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
  if (interrupted || !existsSync(report))
    return { passed: 0, red: ["Playwright ended without a report: its lines above say why"] };
  const { stats, suites } = JSON.parse(readFileSync(report, "utf8")) as {
    stats: { expected: number };
    suites: Suite[];
  };
  return withSilence({ passed: stats.expected, red: suites.flatMap(redIn) }, code, "Playwright");
}

function redIn({ suites = [], specs }: Suite): string[] {
  const own = specs.flatMap(({ title, file, tests }) =>
    tests
      .filter(({ status }) => status === "unexpected" || status === "flaky")
      .map(({ results }) => {
        const errors = results.flatMap((result) => result.errors);
        return redTest(`e2e/${file}`, title, errors.map(({ message }) => message).join("\n"));
      }),
  );
  return [...own, ...suites.flatMap(redIn)];
}
