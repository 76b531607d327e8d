import { chromium } from "@playwright/test";
import type lighthouse from "lighthouse";
import { defaultConfig } from "lighthouse";
import { navigationGather } from "lighthouse/core/gather/navigation-runner.js";
import { Runner } from "lighthouse/core/runner.js";
import { freePort } from "../../db/embedded/free-port.ts";
import { CHROMIUM_ARGUMENTS } from "../chromium-arguments.ts";
import { inThreadTime } from "./in-thread-time.ts";

export const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
type Category = (typeof CATEGORIES)[number];

/** What one look at a page found; scores from 0 to 100, times in milliseconds. */
export interface Sight {
  scores: Record<Category, number>;
  /** Audits below 0.9, for the reader of a red test. */
  weak: string[];
  lcpMs: number;
  cls: number;
  blockingMs: number;
}

/**
 * Lighthouse's mobile run in a browser of its own. Throttling is simulated: the page is loaded at full speed and the
 * slow phone is computed from what was seen, in the time for which its thread ran: see {@link inThreadTime}.
 * @param browser `executablePath` undefined: Playwright's own; `slowdown` from `calibrateSlowdown`
 */
export async function measureLighthouse(
  url: string,
  cookie: string,
  { executablePath, slowdown }: { executablePath: string | undefined; slowdown: number },
): Promise<Sight> {
  const port = await freePort();
  const browser = await chromium.launch({
    args: [...CHROMIUM_ARGUMENTS, `--remote-debugging-port=${port}`],
    ...(executablePath ? { executablePath } : {}),
  });
  try {
    const { artifacts, runnerOptions } = await navigationGather(undefined, url, {
      flags: {
        port,
        logLevel: "error",
        onlyCategories: [...CATEGORIES],
        formFactor: "mobile",
        throttlingMethod: "simulate",
        throttling: { ...defaultConfig.settings?.throttling, cpuSlowdownMultiplier: slowdown },
        extraHeaders: { cookie },
      },
    });
    artifacts.Trace.traceEvents = inThreadTime(artifacts.Trace.traceEvents);
    // Without what was computed of the trace while it was gathered.
    const options = { ...runnerOptions, computedCache: new Map() };
    const result: Awaited<ReturnType<typeof lighthouse>> = await Runner.audit(artifacts, options);
    if (!result) throw new Error("Lighthouse said nothing.");
    const { audits, categories, runtimeError } = result.lhr;
    if (runtimeError) throw new Error(runtimeError.message);
    const score = (name: Category) => Math.round((categories[name]?.score ?? 0) * 100);
    const value = (name: string) => audits[name]?.numericValue ?? Number.NaN;
    return {
      scores: {
        performance: score("performance"),
        accessibility: score("accessibility"),
        "best-practices": score("best-practices"),
        seo: score("seo"),
      },
      weak: Object.values(audits)
        .filter((audit) => audit.score !== null && audit.score < 0.9)
        .map(({ id, displayValue }) => `${id} ${displayValue ?? ""}`.trim()),
      lcpMs: value("largest-contentful-paint"),
      cls: value("cumulative-layout-shift"),
      blockingMs: value("total-blocking-time"),
    };
  } finally {
    await browser.close();
  }
}
