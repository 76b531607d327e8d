import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";

/** Who PostgreSQL runs as. Undefined: as ourselves, no switching needed. */
export type Account = { uid: number; gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root, so root must lend it another account.
 * A data folder that exists decides (a user's demo, started again by root, goes on as that user);
 * otherwise `postgres`, made when missing, and `nobody` where no account can be made.
 */
export function postgresAccount(folder: string): Account {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const found = lookUp("postgres") ?? (createPostgresUser() ? lookUp("postgres") : undefined);
  const account = found ?? lookUp("nobody");
  if (account) return account;
  throw new Error(
    "PostgreSQL does not run as root, and no account `postgres` or `nobody` is here to run it as.\n" +
      "  What to do: `useradd --system postgres`, or run as a normal user, or set DATABASE_URL.",
  );
}

/** Whether that account may enter the folder: every folder above it counts, so it is tried, not computed. */
export function canEnter(folder: string, account: Account): boolean {
  if (!account) return true;
  return spawnSync("/bin/sh", ["-c", 'cd "$0"', folder], { ...account, cwd: "/" }).status === 0;
}

function lookUp(name: string): Account {
  const [uid, gid] = ["-u", "-g"].map((flag) => {
    const found = spawnSync("id", [flag, name], { encoding: "utf8" });
    return found.status === 0 ? Number.parseInt(found.stdout, 10) : Number.NaN;
  });
  return Number.isInteger(uid) && Number.isInteger(gid)
    ? { uid: uid as number, gid: gid as number }
    : undefined;
}

function createPostgresUser(): boolean {
  return spawnSync("useradd", ["--system", "--user-group", "postgres"]).status === 0;
}
