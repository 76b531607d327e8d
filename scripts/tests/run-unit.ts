import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { run } from "../setup/run.mjs";
import { type Counts, redTest, withSilence } from "./counts.ts";

/** vitest over everything but e2e. Its set-up starts a PostgreSQL of its own unless DATABASE_URL is set. */
export async function runUnit(root: string, args: string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "payonce-report-"));
  const report = join(folder, "vitest.json");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const command = [vitest, "run", "--config", "scripts/vitest.config.ts", ...reporters, ...args];
  try {
    const { code, interrupted } = await run(process.execPath, command, {
      cwd: root,
      inherit: true,
    });
    if (interrupted) process.exit(130);
    return readCounts(root, report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that does not load has a message of its own, and no test. */
interface Report {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] | null }[];
  }[];
}

function readCounts(root: string, report: string, code: number): Counts {
  if (!existsSync(report)) return withSilence({ passed: 0, red: [] }, code, "vitest");
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
  const red = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults
      .filter((test) => test.status === "failed")
      .map((test) => redTest(file, test.fullName, test.failureMessages?.join("\n") ?? ""));
    if (status !== "failed" || tests.length > 0) return tests;
    return [redTest(file, "the file itself", message)];
  });
  return withSilence({ passed: numPassedTests, red }, code, "vitest");
}
