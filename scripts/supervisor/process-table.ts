import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "../setup/process-identity.mjs";
import { killGroup, type Running } from "./launch.ts";

/** One line of `DATA_DIR/processes.json`: what a test may kill by name, what the next start ends if it is left. */
export interface Entry {
  pid: number;
  port?: number | undefined;
  identity: string | undefined;
}

/** Rewritten whole at each start and end, so a reader sees one moment. */
export function processTable(file: string) {
  const entries: Record<string, Entry> = {};
  const save = () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, `${JSON.stringify(entries, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  };
  return {
    up(name: string, { pid, port }: Pick<Running, "pid" | "port">) {
      entries[name] = { pid, port, identity: processIdentity(pid) };
      save();
    },
    down(name: string) {
      delete entries[name];
      save();
    },
  };
}

/**
 * Ends what a killed supervisor left behind: only processes whose start time is the one written down, as
 * numbers are given away again. PostgreSQL is left to its own start, which shuts it down gently.
 */
export async function reap(file: string, log: (line: string) => void): Promise<void> {
  for (const [name, { pid, identity }] of Object.entries(readTable(file))) {
    if (name === "postgres" || name === "supervisor") continue;
    if (!identity || processIdentity(pid) !== identity) continue;
    log(`ending ${name} (process ${pid}), which an earlier run left behind`);
    killGroup(pid, "SIGKILL");
    for (let waited = 0; processIdentity(pid) === identity && waited < 3_000; waited += 25) {
      await sleep(25);
    }
  }
}

export function readTable(file: string): Record<string, Entry> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Entry>;
  } catch {
    return {};
  }
}
