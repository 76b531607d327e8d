import { spawnSync } from "node:child_process";
import { existsSync, statfsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "../../db/embedded/free-port.ts";
import { readOwner } from "../setup/lock.mjs";
import { processIdentity } from "../setup/process-identity.mjs";
import type { Settings } from "../supervisor/settings.ts";
import type { Check, Finding } from "./run-doctor.ts";

const DISK_FLOOR_GB = 2;

export const machineChecks: Check[] = [node, npm, port, disk, network];

async function node(): Promise<Finding> {
  return { name: "node", state: "ok", found: process.versions.node }; // an older one did not get here
}

async function npm({ root }: Settings): Promise<Finding[]> {
  const version = spawnSync("npm", ["--version"], { encoding: "utf8", shell: false });
  const scripts = spawnSync("npm", ["config", "get", "ignore-scripts"], {
    encoding: "utf8",
    cwd: root,
  });
  const off = scripts.stdout?.trim() === "true";
  return [
    version.status === 0
      ? { name: "npm", state: "ok", found: version.stdout.trim() }
      : { name: "npm", state: "red", found: "not found", mend: "install Node with npm" },
    { name: "packages", state: "ok", found: "as the lock says, the driver patched" },
    off
      ? {
          name: "scripts",
          state: "note",
          found: "npm's ignore-scripts is on: our own commands patch and link instead",
        }
      : { name: "scripts", state: "ok", found: "npm runs install scripts that allowScripts names" },
  ];
}

async function port({ dataDir, host, port: wanted }: Settings): Promise<Finding> {
  const running = runningAddress(dataDir);
  if (running) return { name: "port", state: "ok", found: `ours: the demo answers at ${running}` };
  const free = await freePort(wanted, host);
  return free === wanted
    ? { name: "port", state: "ok", found: `${wanted} is free` }
    : { name: "port", state: "note", found: `${wanted} is taken: the demo would use ${free}` };
}

async function disk({ dataDir }: Settings): Promise<Finding> {
  const place = existsSync(dataDir) ? dataDir : dirname(dataDir);
  const { bavail, bsize } = statfsSync(existsSync(place) ? place : "/");
  const gigabytes = (bavail * bsize) / 1e9;
  const found = `${gigabytes.toFixed(1)} GB free`;
  return gigabytes >= DISK_FLOOR_GB
    ? { name: "disk", state: "ok", found }
    : {
        name: "disk",
        state: "red",
        found,
        mend: `make ${DISK_FLOOR_GB} GB of room, or set DATA_DIR`,
      };
}

async function network(): Promise<Finding> {
  const lan = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4");
  const found = lan
    ? `${lan.address}: plain http there is no secure context (no crypto.randomUUID, no Web Locks)`
    : "no address but loopback: enough for one machine";
  return { name: "network", state: lan ? "ok" : "note", found };
}

/** Of a demo with this data directory that is alive now. */
export function runningAddress(dataDir: string): string | undefined {
  const owner = readOwner(join(dataDir, "supervisor.json"));
  return owner && processIdentity(owner.pid) === owner.identity ? owner.address : undefined;
}
