import { findBrowser } from "../tests/find-browser.ts";
import type { Settings } from "../supervisor/settings.ts";
import { runningAddress } from "./machine-checks.ts";
import type { Check, Finding } from "./run-doctor.ts";

export const projectChecks: Check[] = [demo, browser, faults];

/** Migrations at head and a worker that works: what the running demo says of itself. */
async function demo({ dataDir }: Settings): Promise<Finding> {
  const address = runningAddress(dataDir);
  if (!address) {
    const found = "not running: migrations and worker are checked while it runs";
    return { name: "demo", state: "note", found, mend: "npm run demo" };
  }
  const response = await fetch(`${address}/api/health/ready`, {
    signal: AbortSignal.timeout(5_000),
  });
  const found = `${response.status} ${(await response.text()).slice(0, 300)}`;
  return { name: "demo", state: response.ok ? "ok" : "red", found, mend: "read its terminal" };
}

async function browser(): Promise<Finding> {
  const found = await findBrowser();
  return found
    ? {
        name: "browser",
        state: "ok",
        found: `${found.version}, ${found.path ?? "Playwright's download"}`,
      }
    : {
        name: "browser",
        state: "red",
        found: "none that starts",
        mend: "npm run test:e2e installs one",
      };
}

async function faults({ faults: value, host }: Settings): Promise<Finding> {
  return { name: "FAULTS", state: "ok", found: `${value}, on ${host}` };
}
