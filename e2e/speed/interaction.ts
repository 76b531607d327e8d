import type { Page } from "@playwright/test";

declare global {
  interface Window {
    inputs?: PerformanceEntry[];
  }
}

/** The browser tells of nothing that took less. */
const SHORTEST_MS = 16;

/** Listens to the page's presses and keys from now on, as the browser's own Event Timing has them. */
export async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate((durationThreshold) => {
    const inputs: PerformanceEntry[] = (window.inputs = []);
    // TypeScript's list of what can be observed does not know the threshold yet.
    const wanted = { type: "event", durationThreshold };
    new PerformanceObserver((list) => void inputs.push(...list.getEntries())).observe(wanted);
  }, SHORTEST_MS);
}

/** From the input to the end of the frame that follows it, in the browser's steps of 8 ms: "interaction to next paint". */
export async function interactionMs(page: Page, act: () => Promise<unknown>): Promise<number> {
  // A tab behind another is given a frame a second, and what it was asked before may be shown only now.
  await page.bringToFront();
  const since = await page.evaluate(
    () => new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now()))),
  );
  await act();
  return page.evaluate(
    async ([from, shortest]) => {
      // An entry comes after its frame was shown, so not before the second one from here.
      for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const own = (window.inputs ?? []).filter(({ startTime }) => startTime >= from);
      return Math.max(shortest, ...own.map(({ duration }) => duration));
    },
    [since, SHORTEST_MS] as const,
  );
}
