import { chromium } from "@playwright/test";
import { pageFunctions } from "lighthouse/core/lib/page-functions.js";
import { CHROMIUM_ARGUMENTS } from "../chromium-arguments.ts";

/** Lighthouse's phone: its factor of 4 is meant for a desktop of 1,500 points in its own benchmark. */
const PHONE_POINTS = 1_500 / 4;

/**
 * By how much this machine has to be slowed down to be the phone that Lighthouse means: its paper on throttling asks
 * for this. A fixed 4 makes out of a small CI machine a phone that is four times slower than that machine.
 * @returns from 1 to 4
 */
export async function calibrateSlowdown(executablePath: string | undefined): Promise<number> {
  const browser = await chromium.launch({
    args: CHROMIUM_ARGUMENTS,
    ...(executablePath ? { executablePath } : {}),
  });
  const page = await browser.newPage();
  const points = await page.evaluate(pageFunctions.computeBenchmarkIndex);
  await browser.close();
  return Math.min(4, Math.max(1, points / PHONE_POINTS));
}
