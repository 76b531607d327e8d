import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** A process that is up. `exited` resolves with how it ended ("SIGKILL", "code 1") and never rejects. */
export interface Running {
  pid: number;
  port?: number | undefined;
  exited: Promise<string>;
  /** SIGTERM, time to drain, then SIGKILL for it and for whatever it started. */
  stop(): Promise<void>;
}

export interface LaunchOptions {
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  port?: number | undefined;
  log: (line: string) => void;
  /** Up when it has said this. Without it: as soon as it runs. */
  readyLine?: RegExp;
}

const DRAIN_MS = 4_000;
const FOLLOW_PARENT = fileURLToPath(new URL("./follow-parent.mjs", import.meta.url));

/** Starts `node <args>` in a process group of its own: Ctrl-C reaches the supervisor, which stops it in order. */
export async function launch(options: LaunchOptions): Promise<Running> {
  const child = spawn(process.execPath, ["--import", FOLLOW_PARENT, ...options.args], {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  const pid = child.pid;
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => {
      if (pid) killGroup(pid, "SIGKILL"); // its own children do not outlive it
      resolve(signal ?? `code ${code}`);
    });
  });
  const ready = new Promise<void>((resolve) => {
    if (!options.readyLine) resolve();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        options.log(line);
        if (options.readyLine?.test(line)) resolve();
      });
    }
  });
  if (!pid) throw new Error(await exited);
  const ended = await Promise.race([ready, exited]);
  if (typeof ended === "string") throw new Error(ended);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    killGroup(pid, "SIGTERM");
    const timer = new AbortController();
    await Promise.race([exited, sleep(DRAIN_MS, undefined, { signal: timer.signal })]).catch(
      () => {},
    );
    timer.abort();
    killGroup(pid, "SIGKILL");
    await exited;
  };
  return { pid, port: options.port, exited, stop };
}

/** True when there was such a group. */
export function killGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
