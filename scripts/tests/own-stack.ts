import {
  chmodSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { freePort } from "../../db/embedded/free-port.ts";
import { withProgress } from "../setup/progress.mjs";
import { tail } from "../setup/run.mjs";
import { prefixed } from "../supervisor/prefixed.ts";
import { readSettings } from "../supervisor/settings.ts";
import { createStack } from "../supervisor/stack.ts";

/** A build of the pages takes 10 s, and twenty times that on a machine that others are using. */
const START_MS_MAX = 420_000;

export interface OwnStack {
  address: string;
  dataDir: string;
  /** Of the caller's own server; undefined when PostgreSQL is the stack's own. */
  databaseUrl: string | undefined;
}

/**
 * A stack of its own for one piece of work: production build, free ports, a data directory and a database that go away with it.
 * @param logFile gets every line of every process
 * @throws what the work throws, or the stack's start; then the stack's last lines have been printed
 */
export async function withOwnStack<T>(
  root: string,
  logFile: string,
  work: (stack: OwnStack) => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(logFile), { recursive: true });
  const sink = createWriteStream(logFile);
  const dataDir = mkdtempSync(join(tmpdir(), "payonce-stack-"));
  chmodSync(dataDir, 0o755); // PostgreSQL's own account has to get in
  const database = await ownDatabase(process.env.DATABASE_URL);
  const settings = {
    ...readSettings(root, false, { ...process.env, DATA_DIR: dataDir, HOST: "", FAULTS: "i-know" }),
    port: await freePort(),
    databaseUrl: database?.url,
  };
  const stack = createStack(
    settings,
    prefixed((line) => sink.write(`${line}\n`)),
  );
  const cleanUp = async () => {
    await stack.stop();
    await database?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  try {
    const address = await withProgress("Starting a stack", () =>
      within(START_MS_MAX, stack.start()),
    );
    return await work({ address, dataDir, databaseUrl: database?.url });
  } catch (error) {
    console.error(
      `\nThe stack's last lines (all are in ${logFile}):\n${tail(readFileSync(logFile, "utf8"))}`,
    );
    throw error;
  } finally {
    await cleanUp();
    sink.end();
  }
}

/** On the caller's own server the work gets a database of its own, dropped afterwards. */
async function ownDatabase(adminUrl: string | undefined) {
  if (!adminUrl) return undefined;
  const name = `payonce_own_${process.pid}`;
  const execute = async (statement: string) => {
    const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
    await sql.unsafe(statement).finally(() => sql.end());
  };
  await execute(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(`drop database if exists ${name} with (force)`) };
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`The stack was not ready within ${limitMs / 1000} s.`);
    timer = setTimeout(reject, limitMs, error);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
