import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Names a process beyond its number, which the system gives away again: number and start time.
 * Undefined when no such process is alive. A zombie counts as dead.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function processIdentity(pid) {
  if (process.platform === "linux") {
    try {
      // The name in brackets may hold spaces; after it come state (3rd) … start time (22nd).
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return fields[0] === "Z" ? undefined : `${pid}@${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  const { stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
  });
  const [state, ...start] = (stdout ?? "").trim().split(/\s+/);
  return !state || state.startsWith("Z") ? undefined : `${pid}@${start.join("-")}`;
}
