import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "../setup/lock.mjs";
import { prefixed } from "./prefixed.ts";
import { readSettings } from "./settings.ts";
import { createStack } from "./stack.ts";

export interface DemoOptions {
  root: string;
  dev: boolean;
  /** When the command began, for the time that is printed with the address. */
  started: number;
}

/** Runs the stack until Ctrl-C. The address is what it says last. */
export async function runDemo({ root, dev, started }: DemoOptions): Promise<void> {
  const settings = readSettings(root, dev);
  const { dataDir } = settings;
  assertWritable(dataDir);
  const lock = takeLock(join(dataDir, "supervisor.json"));
  if (!lock.held) {
    const { pid, address } = lock.owner;
    console.log(
      address
        ? `Already running (process ${pid}) with this DATA_DIR.\n\nOpen ${address}`
        : `Process ${pid} is starting it with this DATA_DIR at the moment: its terminal prints the address.`,
    );
    return;
  }
  const log = prefixed(console.log);
  const stack = createStack(settings, log);
  let leaving: Promise<void> | undefined;
  const leave = (why: string, code: number) => {
    leaving ??= (async () => {
      log("demo", `${why}: stopping`);
      await stack.stop();
      lock.release();
      log("demo", "stopped; nothing is left running");
      process.exit(code);
    })();
    return leaving;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (leaving) process.exit(1); // pressed again: the children end by themselves when we are gone
      void leave(signal, 0);
    });
  }
  process.on("uncaughtException", (error) => {
    console.error(error);
    void leave("the supervisor itself failed", 1);
  });
  followNpm(() => void leave("what started this has gone", 0));

  try {
    const address = await stack.start();
    lock.update(address);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const what = `${settings.databaseUrl ? "your PostgreSQL" : "PostgreSQL"}, bank, suppliers, worker, web`;
    await sleep(50); // lines that the children have already written come before it
    console.log(
      `\n${what}: ready in ${seconds} s, FAULTS=${settings.faults}. Ctrl-C stops it all.\n`,
    );
    console.log(`Open ${address}`);
  } catch (error) {
    if (!leaving) console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
    await leave("it did not start", 1);
  }
}

/** `kill` of npm does not always reach us through its shell; then our parent is another one. */
function followNpm(onGone: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

function assertWritable(dataDir: string): void {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `The data directory ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}).\n` +
        "  What to do: it may belong to another user; `DATA_DIR=/some/folder npm run demo` uses another.",
    );
  }
}

/** Not `recursive`: below a folder that takes no folders, such as /proc, Node 20 tries for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
