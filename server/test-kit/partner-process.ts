import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { builtProgram } from "./built-program.ts";

/** Another company's program, as the supervisor starts it. */
export interface PartnerProcess {
  /** `http://127.0.0.1:4242` */
  url: string;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A test run that is killed takes its bank with it. */
const FOLLOWS_US = ["--import", "./scripts/supervisor/follow-parent.mjs"];

/** The bank as the supervisor starts it: another process, on any free port, with its faults on. */
export function startBankProcess(
  databaseUrl: string,
  environment: Record<string, string> = {},
): Promise<PartnerProcess> {
  return startPartner("bank", databaseUrl, environment);
}

/** Warehouse, post and courier, likewise. */
export function startSuppliersProcess(
  databaseUrl: string,
  environment: Record<string, string> = {},
): Promise<PartnerProcess> {
  return startPartner("suppliers", databaseUrl, environment);
}

async function startPartner(
  name: "bank" | "suppliers",
  databaseUrl: string,
  environment: Record<string, string>,
): Promise<PartnerProcess> {
  const prefix = name.toUpperCase();
  const own = { [`${prefix}_DATABASE_URL`]: databaseUrl, [`${prefix}_PORT`]: "0", ...environment };
  const main = builtProgram(`server/${name}/main.ts`);
  const child = spawn(process.execPath, [...FOLLOWS_US, ...main], {
    cwd: ROOT,
    env: { NODE_ENV: "test", HOST: "127.0.0.1", FAULTS: "on", ...own },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { url: await addressOf(child), stop };
}

async function addressOf(child: ChildProcess): Promise<string> {
  let output = "";
  return await new Promise((resolve, reject) => {
    const read = (bytes: Buffer) => {
      output += bytes.toString();
      const address = /listening on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`It ended with ${code}: ${output}`)));
  });
}
