import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { chmodSync, chownSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Account, canEnter } from "./account.ts";
import type { Binaries } from "./binaries.ts";

export const DATABASE = "payonce";
export const ADMIN = "postgres";

/**
 * Where the cluster of this data directory lives: `<dataDir>/postgres`, or a folder in the temp
 * directory when PostgreSQL's account cannot get there (a private home) or own it (some mounts).
 */
export function clusterFolder(dataDir: string): { inside: string; fallback: string[] } {
  const real = realpathSync(dataDir);
  const name = `payonce-${createHash("sha256").update(real).digest("hex").slice(0, 12)}`;
  const temps = new Set([tmpdir(), "/tmp", "/var/tmp"]);
  return { inside: join(real, "postgres"), fallback: [...temps].map((temp) => join(temp, name)) };
}

/** Makes the cluster on first use. Returns its folder and the admin's password. */
export function prepareCluster(
  dataDir: string,
  account: Account,
  binaries: Binaries,
  log: (line: string) => void,
): { folder: string; password: string } {
  const { inside, fallback } = clusterFolder(dataDir);
  const passwordFile = join(dataDir, "postgres.password");
  const known = existsSync(passwordFile) ? readFileSync(passwordFile, "utf8").trim() : undefined;
  const base = [inside, ...fallback].find((place) => usable(dirname(place), place, account));
  if (!base) {
    throw new Error(
      `No folder was found that PostgreSQL's account can use: neither ${inside} nor the temp directory.\n` +
        "  What to do: set DATA_DIR to a folder that other users may enter, or set DATABASE_URL.",
    );
  }
  if (base !== inside) log(`PostgreSQL's account cannot use ${inside}: its data is in ${base}`);
  const complete = existsSync(join(base, "PG_VERSION"));
  if (complete && known) return { folder: base, password: known };
  if (complete && base === inside) {
    throw new Error(
      `${passwordFile} is missing, but its database is still there.\n` +
        `  What to do: put the file back, or begin anew with \`rm -rf '${dataDir}'\`.`,
    );
  }
  // The data directory was removed to begin anew; what it left in the temp directory goes too.
  rmSync(base, { recursive: true, force: true });
  const password = known ?? randomBytes(24).toString("base64url");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  log("making a new database");
  initialise(base, password, account, binaries);
  return { folder: base, password };
}

function usable(parent: string, place: string, account: Account): boolean {
  const there = statSync(place, { throwIfNoEntry: false });
  const wanted = account?.uid ?? process.getuid?.() ?? 0;
  if (there && there.uid !== wanted) return false;
  return canEnter(parent, account);
}

/** In a folder beside, renamed when complete: an interrupted start leaves nothing half made. */
function initialise(folder: string, password: string, account: Account, programs: Binaries): void {
  const partial = `${folder}.new`;
  const passwordFile = `${folder}.pw`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (account) {
      chownSync(partial, account.uid, account.gid);
      chownSync(passwordFile, account.uid, account.gid);
    }
    chmodSync(partial, 0o700);
    const initdb = ["-D", partial, "-U", ADMIN, "-A", "scram-sha-256", `--pwfile=${passwordFile}`];
    // The built-in provider sorts and folds the same on every machine.
    initdb.push("-E", "UTF8", "--locale=C", "--locale-provider=builtin");
    initdb.push("--builtin-locale=C.UTF-8", "--no-instructions");
    run(programs.initdb, initdb, account);
    run(programs.postgres, ["--single", "-D", partial, "postgres"], account, [
      `create database ${DATABASE}`,
    ]);
    renameSync(partial, folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function run(program: string, args: string[], account: Account, input: string[] = []): void {
  const env = postgresEnvironment();
  const done = spawnSync(program, args, {
    ...account,
    cwd: "/",
    env,
    input: input.map((line) => `${line}\n`).join(""),
    encoding: "utf8",
  });
  if (done.status === 0) return;
  const said = (done.stderr || done.stdout || String(done.error ?? "")).trim();
  throw new Error(
    `PostgreSQL could not make its database: ${said}\n` +
      "  What to do: see that the disk has room (1 GB), or set DATA_DIR or DATABASE_URL.",
  );
}

/** Nothing of the caller's PGDATA, PGPORT or locale may reach the server. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_ENV } = process.env;
  return { PATH, NODE_ENV, LC_ALL: "C", TZ: "UTC" };
}
