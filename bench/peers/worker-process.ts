import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FromWorker, Start, ToWorker, Trouble } from "./messages.ts";
import type { Call } from "./peer.ts";

export type Settled = { answer: string } | { error: string };

export interface WorkerProcess {
  /** Never rejects: a process that dies has given no answer. */
  pay(call: Call, trouble?: Trouble): Promise<Settled>;
  /** Resolves once the handler stands at the point, or has settled without having come there. */
  hold(call: Call, point: string): Promise<{ isHeld: boolean; settled: Promise<Settled> }>;
  /** Lets a handler go on that is held. */
  go(): void;
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  end(): Promise<void>;
}

const DIED = "the process died";
const START_PATIENCE_MS = 120_000;
const FILE = fileURLToPath(new URL("./worker.ts", import.meta.url));

/** A peer in a process of its own, ready to be asked. Rejects with what it said when it could not be opened. */
export async function startWorker(start: Start): Promise<WorkerProcess> {
  const child = fork(FILE, [JSON.stringify(start)], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // A stopped process would outlive us.
  const endWithUs = () => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  let said = "";
  child.stdout?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.stderr?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const exited = once(child, "exit").then(() => void process.off("exit", endWithUs));

  const waiting = new Map<number, (settled: Settled) => void>();
  let tellHeld = () => {};
  let tellReady = () => {};
  const ready = new Promise<void>((resolve) => (tellReady = resolve));
  child.on("message", (message: FromWorker) => {
    if ("ready" in message) tellReady();
    else if ("held" in message) tellHeld();
    else {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  void exited.then(() => {
    for (const settle of waiting.values()) settle({ error: DIED });
    waiting.clear();
  });
  const ended = exited.then(() => Promise.reject(new Error(`It did not start: ${said.trim()}`)));
  const late = AbortSignal.timeout(START_PATIENCE_MS);
  const tooLate = once(late, "abort").then(() =>
    Promise.reject(new Error(`It did not start in ${START_PATIENCE_MS} ms: ${said.trim()}`)),
  );
  await Promise.race([ready, ended, tooLate]).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  ended.catch(() => {});
  tooLate.catch(() => {});

  let asked = 0;
  const send = (message: ToWorker) => {
    if (child.connected) child.send(message);
  };
  const pay: WorkerProcess["pay"] = (call, trouble) =>
    new Promise((resolve) => {
      if (!child.connected) return resolve({ error: DIED });
      const id = asked++;
      waiting.set(id, resolve);
      send({ id, pay: call, ...(trouble && { trouble }) });
    });
  return {
    pay,
    async hold(call, point) {
      const held = new Promise<boolean>((resolve) => (tellHeld = () => resolve(true)));
      const settled = pay(call, { point, what: "hold" });
      return { isHeld: await Promise.race([held, settled.then(() => false)]), settled };
    },
    go: () => send({ go: true }),
    signal: (name) => void child.kill(name),
    async end() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
