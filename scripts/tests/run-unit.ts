import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../setup/run.mjs";

export interface Counts {
  passed: number;
  failed: number;
}

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
    return readCounts(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What ran, by the report. Nothing executed, no report, or a red exit without a red test (a file that does
 * not load, an error after the last test) are failures too: silence is never green.
 */
function readCounts(report: string, code: number): Counts {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(
    readFileSync(report, "utf8"),
  ) as { numPassedTests: number; numFailedTests: number };
  if (passed + failed === 0) return { passed, failed: 1 };
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}
