import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, postgresAccount } from "./embedded/account.ts";
import { findBinaries } from "./embedded/binaries.ts";
import { ADMIN, clusterFolder, DATABASE } from "./embedded/folder.ts";
import { postgresEnvironment, prepareCluster } from "./embedded/folder.ts";
import { freePort } from "./embedded/free-port.ts";
import { endBackends, endProcess, stopOrphan } from "./embedded/orphan.ts";

export interface Embedded {
  /** `postgres://postgres:…@127.0.0.1:<port>/payonce`, a superuser: for migrations and tests only. */
  adminUrl: string;
  port: number;
  /** The postmaster. `kill -9` it and `exited` resolves; a new startEmbedded heals the folder. */
  pid: number;
  /** Resolves when the server has ended, with how ("SIGKILL", "code 1"). Never rejects. */
  exited: Promise<string>;
  /** Fast shutdown: open transactions are rolled back, what was committed stays. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Made when missing. Holds the cluster and `postgres.password` (mode 0600). */
  dataDir: string;
  /** Wanted port; the next free one is taken when it is in use. Without it: any free port. */
  port?: number | undefined;
  /** One line of the server's log, or of ours. */
  log?: (line: string) => void;
}

const START_PATIENCE_MS = 30_000;
const BACKENDS_PATIENCE_MS = 2_000;

/**
 * A real PostgreSQL 18 out of the npm registry, on 127.0.0.1, as root or as anybody.
 * It ends with the process that started it, however that one dies. Throws an Error that says what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const log = options.log ?? (() => {});
  mkdirSync(options.dataDir, { recursive: true, mode: 0o755 });
  const account = postgresAccount(clusterFolder(options.dataDir).inside);
  const binaries = findBinaries(account, log);
  const { folder, password } = prepareCluster(options.dataDir, account, binaries, log);
  await stopOrphan(folder, log);

  const deadline = Date.now() + START_PATIENCE_MS;
  let port = await freePort(options.port);
  for (;;) {
    const attempt = await launch(binaries.postgres, folder, port, account, log);
    if (attempt.ready) {
      const { child, exited } = attempt;
      const pid = child.pid as number;
      const adminUrl = `postgres://${ADMIN}:${password}@127.0.0.1:${port}/${DATABASE}`;
      const stop = async () => {
        if (child.exitCode === null && child.signalCode === null) await endProcess(pid);
        await exited;
      };
      return { adminUrl, port, pid, exited, stop };
    }
    const said = attempt.lines.join("\n");
    if (Date.now() > deadline) throw notStarted(said);
    if (/could not bind|could not create any TCP/.test(said)) port = await freePort();
    else if (/shared memory block|lock file .* already exists/.test(said)) {
      // After kill -9 of the postmaster its backends need a moment to notice and let go.
      if (Date.now() > deadline - START_PATIENCE_MS + BACKENDS_PATIENCE_MS) endBackends(folder);
      await sleep(200);
    } else throw notStarted(said);
  }
}

type Launch =
  { ready: true; child: ChildProcess; exited: Promise<string> } | { ready: false; lines: string[] };

function launch(
  postgres: string,
  folder: string,
  port: number,
  account: Account,
  log: (line: string) => void,
): Promise<Launch> {
  const args = ["-D", folder, "-p", String(port)];
  for (const [name, value] of Object.entries(SETTINGS)) args.push("-c", `${name}=${value}`);
  // A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops us in order.
  const child = spawn(postgres, args, {
    ...account,
    cwd: "/",
    env: postgresEnvironment(),
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  return new Promise((resolve) => {
    const lines: string[] = [];
    const exited = new Promise<string>((done) => {
      child.once("error", (error) => {
        lines.push(error.message);
        done(error.message);
      });
      // Not "close": a backend that outlives a killed postmaster keeps the log's pipe open.
      child.once("exit", (code, signal) => done(signal ?? `code ${code}`));
    });
    child.once("close", () => resolve({ ready: false, lines }));
    if (child.pid) watchUs(child.pid, account, exited);
    createInterface({ input: child.stderr }).on("line", (line) => {
      log(line);
      if (lines.length < 50) lines.push(line);
      if (line.includes("database system is ready to accept connections")) {
        resolve({ ready: true, child, exited });
      }
    });
  });
}

/** Durability is what the tests are about: it is set here, whatever the folder's own file says. */
const SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "", // no path limit, no file in /tmp, no clash between clones
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "",
  log_checkpoints: "off",
};

/**
 * PostgreSQL does not notice that its parent was killed. A shell that waits for the end of a pipe,
 * whose other end we hold, does: the kernel closes it for us even on `kill -9`.
 */
function watchUs(pid: number, account: Account, exited: Promise<string>): void {
  const watch = spawn("/bin/sh", ["-c", `read _; kill -INT ${pid}`], {
    ...account,
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watch.on("error", () => {}); // no shell, no watch: the next start ends what is left
  watch.stdin.on("error", () => {});
  watch.unref();
  void exited.then(() => watch.kill("SIGKILL"));
}

function notStarted(said: string): Error {
  return new Error(
    `PostgreSQL did not start:\n${said.replace(/^/gm, "  ")}\n` +
      "  What to do: see that the disk has room; `npm run doctor` tells more; DATABASE_URL uses another server.",
  );
}
