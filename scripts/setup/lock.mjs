import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "./process-identity.mjs";

/**
 * A lock file that names its owner by process and start time, so that one left by a killed process is told
 * from one that is held. Linking a complete file into place makes it one step: no reader sees half a lock.
 * @typedef {{ pid: number, identity: string, address?: string }} Owner
 * @typedef {{ held: true, update(address: string): void, release(): void }} Lock
 * @param {string} file
 * @returns {Lock | { held: false, owner: Owner }}
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const identity = processIdentity(process.pid) ?? String(process.pid);
  const mine = `${file}.${process.pid}`;
  const write = (/** @type {string | undefined} */ address) =>
    writeFileSync(mine, JSON.stringify({ pid: process.pid, identity, address }));
  write(undefined);
  try {
    for (let tries = 0; tries < 20; tries++) {
      try {
        linkSync(mine, file);
        return {
          held: true,
          update(address) {
            write(address);
            renameSync(mine, file);
          },
          release() {
            if (readOwner(file)?.identity === identity) rmSync(file, { force: true });
          },
        };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      }
      const owner = readOwner(file);
      if (owner && processIdentity(owner.pid) === owner.identity) return { held: false, owner };
      clearStale(file, owner);
    }
    throw new Error(`The lock ${file} cannot be taken. What to do: remove that file.`);
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * As takeLock, but waits for its turn and says for whom.
 * @param {string} file
 * @param {(owner: Owner) => void} onWait
 * @returns {Promise<Lock>}
 */
export async function waitForLock(file, onWait) {
  for (let told = false; ; await sleep(250)) {
    const lock = takeLock(file);
    if (lock.held) return lock;
    if (!told) onWait(lock.owner);
    told = true;
  }
}

/** @param {string} file @returns {Owner | undefined} */
export function readOwner(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Moved aside first: when two clear at once, the one that moved a fresh lock by mistake puts it back. */
function clearStale(/** @type {string} */ file, /** @type {Owner | undefined} */ stale) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (readOwner(aside)?.identity !== stale?.identity) linkSync(aside, file);
  } catch {
    // another process was first
  }
  rmSync(aside, { force: true });
}
