import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";
import { CHROMIUM_ARGUMENTS } from "../../e2e/chromium-arguments.ts";

/** A browser that starts on this machine. `path` undefined: Playwright's own download. */
export interface Browser {
  path: string | undefined;
  version: string;
}

/** The one without a window first: the same engine, and half the processor time (docs/decisions/0035). */
const NAMES = [
  "chromium-headless-shell",
  "google-chrome-stable",
  "google-chrome",
  "chromium",
  "chromium-browser",
  "microsoft-edge-stable",
  "microsoft-edge",
  "brave-browser",
];

const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
];

/**
 * PAYONCE_CHROMIUM, else an installed Chromium without a window, Chrome, Chromium or Edge, else what Playwright downloaded before.
 * Each is started once: a file of that name may be a stub (Ubuntu's wants snap) or lack its libraries.
 */
export async function findBrowser(): Promise<Browser | undefined> {
  const wanted = process.env.PAYONCE_CHROMIUM;
  if (wanted) {
    const version = await start(wanted);
    if (version) return { path: wanted, version };
    throw new Error(
      `PAYONCE_CHROMIUM=${wanted} does not start.\n  What to do: give the path of a Chrome or Chromium, or unset it.`,
    );
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const path of [...onPath, ...PLACES].filter((place) => existsSync(place))) {
    const version = await start(path);
    if (version) return { path, version };
  }
  if (!existsSync(chromium.executablePath())) return undefined;
  const version = await start(undefined);
  return version ? { path: undefined, version } : undefined;
}

async function start(path: string | undefined): Promise<string | undefined> {
  // A stub of a package manager answers this at once; Playwright would wait for it until its time-out.
  if (path && spawnSync(path, ["--version"], { timeout: 15_000 }).status !== 0) return undefined;
  try {
    const browser = await chromium.launch({
      args: CHROMIUM_ARGUMENTS,
      timeout: 30_000,
      ...(path ? { executablePath: path } : {}),
    });
    const version = browser.version();
    await browser.close();
    return version;
  } catch {
    return undefined;
  }
}
