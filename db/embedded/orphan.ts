import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Ends a postmaster that a killed supervisor left behind in this folder, and removes a pid file
 * whose number now belongs to a stranger (PostgreSQL itself would refuse to start over it).
 */
export async function stopOrphan(folder: string, log: (line: string) => void): Promise<void> {
  const file = join(folder, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Math.abs(Number.parseInt(readFileSync(file, "utf8"), 10));
  if (!(pid > 1) || !isAlive(pid)) return; // PostgreSQL clears what a dead server left
  if (!commandLine(pid).includes(folder)) {
    rmSync(file, { force: true });
    return;
  }
  log(`stopping the server that an earlier run left behind (process ${pid})`);
  await endProcess(pid);
}

/**
 * Ends backends that go on with a long statement after their postmaster was killed: until they let go
 * of the shared memory no new server starts (one of them held it for 13 s). They stand in the data
 * folder; without /proc there is only waiting.
 */
export function endBackends(folder: string): void {
  if (!existsSync("/proc/self/cwd")) return;
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) === folder) kill(pid, "SIGQUIT");
    } catch {
      // gone meanwhile, or somebody else's
    }
  }
}

/** Fast shutdown, then immediate (recovers from its log), then the kernel's. */
export async function endProcess(pid: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ["SIGINT", 10_000],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 2_000],
  ] as const) {
    if (!kill(pid, signal)) return;
    const end = Date.now() + patienceMs;
    while (isAlive(pid) && Date.now() < end) await sleep(25);
    if (!isAlive(pid)) return;
  }
  throw new Error(`Process ${pid} does not end. What to do: \`kill -9 ${pid}\`, as its owner.`);
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  }
}
