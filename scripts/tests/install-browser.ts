import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { withProgress } from "../setup/progress.mjs";
import { run, tail } from "../setup/run.mjs";
import { type Browser, findBrowser } from "./find-browser.ts";

/**
 * The browser that is here, else Playwright's download, else the system's package where we may install one.
 * Throws an Error that says what to do.
 */
export async function browserOrInstall(root: string): Promise<Browser> {
  const found = await findBrowser();
  if (found) return found;
  const said: string[] = [];
  for (const attempt of [download, systemPackage]) {
    const output = await attempt(root);
    const browser = await findBrowser();
    if (browser) return browser;
    if (output) said.push(tail(output, 6));
  }
  throw new Error(
    `No browser is here, and none could be installed:\n${said.join("\n").replace(/^/gm, "  ")}\n` +
      "  What to do: install Chrome or Chromium (on Debian `sudo apt-get install chromium`),\n" +
      "  or set PAYONCE_CHROMIUM to its path. `npm run test:unit` needs none.",
  );
}

/** The download server is not reached from every network: it gets two minutes, not npm's patience. */
async function download(root: string): Promise<string> {
  const cli = join(root, "node_modules", "@playwright", "test", "cli.js");
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000" };
  const { code, output } = await withProgress("Downloading a browser (Playwright's)", () =>
    run(process.execPath, [cli, "install", "chromium"], { cwd: root, env, timeoutMs: 120_000 }),
  );
  return code === 0 ? `Playwright's browser was downloaded but does not start here.` : output;
}

async function systemPackage(): Promise<string> {
  const prefix = administrator();
  if (!prefix || spawnSync("apt-get", ["--version"]).status !== 0) {
    return "The system's package manager needs an administrator (root or sudo without a password), and to be apt.";
  }
  const apt = (...args: string[]) => {
    const [command = "apt-get", ...rest] = [...prefix, "apt-get", ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return run(command, rest, { env, timeoutMs: 240_000 });
  };
  const { output } = await withProgress("Installing the system's chromium", async () => {
    await apt("update");
    const install = (name: string) => apt("install", "-y", "--no-install-recommends", name);
    // Only some releases have the one without a window, and it may not start.
    const shell = await install("chromium-headless-shell");
    return shell.code === 0 && (await findBrowser()) ? shell : install("chromium");
  });
  return output;
}

/** What to put before a command that needs root; undefined when we may not. */
function administrator(): string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"]).status === 0 ? ["sudo", "-n"] : undefined;
}
