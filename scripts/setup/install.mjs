import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitForLock } from "./lock.mjs";
import { withProgress } from "./progress.mjs";
import { run, tail } from "./run.mjs";

/**
 * node_modules as the lock says, with the driver's patch applied. Does nothing when they are already.
 * Throws an Error that says what to do.
 * @param {string} root
 */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  const lock = await waitForLock(join(root, ".data", "install.lock"), (owner) =>
    console.log(`Waiting for process ${owner.pid}, which is installing here already …`),
  );
  try {
    if (isInstalled(root)) return;
    if (!versionsMatch(root) || !(await applyPatches(root))) await install(root);
    writeFileSync(join(root, "node_modules", ".payonce-installed"), fingerprint(root));
  } finally {
    lock.release();
  }
}

/**
 * Whether ensureInstalled would do nothing.
 * @param {string} root
 */
export function isInstalled(root) {
  return readOr(join(root, "node_modules", ".payonce-installed")) === fingerprint(root);
}

/** @param {string} root */
async function install(root) {
  // The same npm that started us, when one did; --include: NODE_ENV=production must not leave the tools out.
  const script = process.env.npm_execpath ?? "";
  const [npm, first] = script.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
  const args = ["ci", "--prefer-offline", "--include=dev", "--include=optional", "--no-progress"];
  const { code, output, interrupted } = await withProgress(
    "Installing the packages (once, about a minute)",
    () => run(npm, [...first, ...args], { cwd: root }),
  );
  if (interrupted) process.exit(130);
  if (code === 0 && (await applyPatches(root))) return;
  throw new Error(
    `The packages could not be installed:\n${tail(output).replace(/^/gm, "  ")}\n` +
      `  What to do: ${advice(code, output)}`,
  );
}

/** @param {number} code @param {string} output */
function advice(code, output) {
  if (code === 127) return "npm was not found: install Node with npm from https://nodejs.org.";
  if (/EACCES|EPERM/.test(output)) {
    return "this folder or npm's cache belongs to another user: `sudo chown -R $(id -un) . ~/.npm`.";
  }
  if (/ENOSPC/.test(output)) return "the disk is full: make 2 GB of room and start again.";
  if (/EBADENGINE/.test(output))
    return "this Node is not one that PayOnce supports: `nvm install`.";
  if (/ENOTFOUND|ETIMEDOUT|ECONN|EAI_AGAIN|network/i.test(output)) {
    return "the registry was not reached: see to the network or npm's proxy settings, then start again.";
  }
  return "run `npm ci` by hand and read its last lines; `rm -rf node_modules` first if it was interrupted.";
}

/**
 * Applied again even after npm ci: with `ignore-scripts` npm skips our postinstall, and an unpatched driver
 * may commit a stranger's transaction. Applying twice is safe.
 * @param {string} root
 */
async function applyPatches(root) {
  const patcher = join(root, "node_modules", "patch-package", "index.js");
  const done = await run(process.execPath, [patcher, "--patch-dir", "db/patches"], { cwd: root });
  return done.code === 0;
}

/**
 * What npm wrote down in node_modules against the lock, by version: file times say nothing after a checkout.
 * @param {string} root
 */
function versionsMatch(root) {
  const there = readOr(join(root, "node_modules", ".package-lock.json"));
  if (!there) return false;
  const installed = JSON.parse(there).packages;
  const wanted = Object.entries(JSON.parse(readOr(join(root, "package-lock.json"))).packages);
  return wanted.every(([place, { version, optional, devOptional, link }]) => {
    if (place === "" || link) return true;
    const found = installed[place]?.version;
    return found === version || (found === undefined && Boolean(optional || devOptional));
  });
}

/** @param {string} root */
function fingerprint(root) {
  const patches = join(root, "db", "patches");
  const files = [join(root, "package-lock.json")];
  if (existsSync(patches))
    files.push(
      ...readdirSync(patches)
        .sort()
        .map((f) => join(patches, f)),
    );
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** @param {string} file */
function readOr(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
