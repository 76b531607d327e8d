import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { builtProgram } from "./built-program.ts";

export type KillAt = "before-send" | "after-send" | "never";

export interface WorkerProcess {
  pid: number;
  /** What it died of, such as SIGKILL, once it has. */
  died: Promise<string>;
  /** Everything it has said so far. */
  output(): string;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A test run that is killed takes its worker with it. */
const FOLLOWS_US = ["--import", "./scripts/supervisor/follow-parent.mjs"];

/** A process that sends receipts and, if told so, kills itself at one point. Resolves once it works. */
export async function startReceiptWorker(
  databaseUrl: string,
  killAt: KillAt = "never",
  environment: Record<string, string> = {},
): Promise<WorkerProcess> {
  const entry = [...builtProgram("server/test-kit/receipt-worker.ts"), killAt];
  const child = spawn(process.execPath, [...FOLLOWS_US, ...entry], {
    cwd: ROOT,
    env: {
      NODE_ENV: "test",
      DATABASE_URL: databaseUrl,
      BANK_URL: "http://127.0.0.1:1",
      SESSION_SECRET: "a-session-secret-that-only-tests-know",
      TIMINGS: "test",
      HOST: "127.0.0.1",
      ...environment,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const exited = once(child, "exit");
  const died = exited.then(([code, signal]) => String(signal ?? `exit ${code}`));
  const started = (async () => {
    while (!output.includes("sending receipts")) await once(child.stdout, "data");
  })();
  await Promise.race([
    started,
    died.then((how) => Promise.reject(new Error(`The worker ended (${how}): ${output}`))),
  ]);
  return {
    pid: child.pid ?? 0,
    died,
    output: () => output,
    async stop() {
      child.kill("SIGKILL");
      await died;
    },
  };
}
