import { withoutNames } from "./without-names.ts";
import { machineChecks } from "./machine-checks.ts";
import { postgresChecks } from "./postgres-checks.ts";
import { projectChecks } from "./project-checks.ts";
import { readSettings, type Settings } from "../supervisor/settings.ts";

/** One line of the report. `mend` is the command that turns it green; "note" is neither green nor red. */
export interface Finding {
  name: string;
  state: "ok" | "red" | "note";
  found: string;
  mend?: string;
}

/** Never throws: what fails is a red line. */
export type Check = (settings: Settings) => Promise<Finding | Finding[]>;

const MARKS = { ok: "ok", red: "✕ ", note: "- " };

/** Prints every check as it ends. True when none is red. `report`: without names, paths and addresses. */
export async function runDoctor(root: string, report: boolean): Promise<boolean> {
  const write = (line: string) => console.log(report ? withoutNames(line, root) : line);
  if (report)
    write(`PayOnce doctor, ${process.platform} ${process.arch}, ${new Date().toISOString()}`);
  const settings = (() => {
    try {
      return readSettings(root, false);
    } catch (error) {
      write(`✕  settings     ${messageOf(error)}`);
      return undefined;
    }
  })();
  if (!settings) return false;
  let healthy = true;
  for (const check of [...machineChecks, ...postgresChecks, ...projectChecks]) {
    const findings = await check(settings).catch((error: unknown) => ({
      name: check.name,
      state: "red" as const,
      found: messageOf(error),
    }));
    for (const { name, state, found, mend } of [findings].flat() as Finding[]) {
      write(`${MARKS[state]} ${name.padEnd(12)} ${found.replace(/\n\s*/g, " ")}`);
      if (mend && state !== "ok") write(`${" ".repeat(16)}what to do: ${mend}`);
      if (state === "red") healthy = false;
    }
  }
  return healthy;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
