import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { LabPage } from "../fixtures/lab-page.ts";

const TABS = 7;
test.setTimeout(180_000);

/** Asks for something small. Behind six open streams it would wait for ever. */
function asks(page: Page, patienceMs: number): Promise<string> {
  return page.evaluate(
    (ms) =>
      fetch("/api/health", { signal: AbortSignal.timeout(ms) }).then(
        ({ status }) => String(status),
        (error: Error) => error.name,
      ),
    patienceMs,
  );
}

test("seven tabs of the lab share one stream: the seventh still pays, and all of them see it", async ({
  page,
  context,
  shop: _account,
}) => {
  const tabs = [new LabPage(page)];
  while (tabs.length < TABS) tabs.push(new LabPage(await context.newPage()));
  for (const tab of tabs) await tab.open("double-delivery", "?m=idempotent");
  for (const tab of tabs) expect(await asks(tab.page, 20_000)).toBe("200");
  await tabs.at(-1)?.pay();
  for (const tab of tabs) {
    await expect
      .poll(() => tab.number("Requests the server received", "idempotent"), { timeout: 40_000 })
      .toBe(2);
  }
});

test("numbers that were counted before the latest news do not say that all is well", async ({
  page,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("double-delivery", "?m=naive");
  const pill = lab.main.locator("[data-number=charges][data-lane=naive] [data-pill]");
  await expect(pill).toHaveText("✓must be ≤ 1");
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(/lab\.audit/, (route) => held.then(() => route.continue()));
  await lab.pay();
  await expect(lab.happened.getByRole("button", { name: /Answers: paid/ })).toHaveCount(2);
  await expect(pill).toHaveText("must be ≤ 1");
  letGo();
  await expect(pill).toHaveText("✕must be ≤ 1");
});

test("a stream in each tab, which is what this must not be, stops the seventh", async ({
  page,
  context,
  shop: _account,
}) => {
  const tabs = [page];
  while (tabs.length < TABS) tabs.push(await context.newPage());
  for (const tab of tabs.slice(0, -1)) {
    await tab.goto("/ledger");
    await tab.evaluate(
      () =>
        new Promise<void>((open) => {
          const source = new EventSource("/api/trpc/timeline.stream?input=%7B%7D");
          source.addEventListener("connected", () => open(), { once: true });
          setTimeout(open, 5_000);
        }),
    );
  }
  expect(await asks(page, 3_000)).toBe("TimeoutError");
});

test("without a SharedWorker the visible tab holds one stream of its own, and lets it go when hidden", async ({
  page,
  shop: _account,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedWorker"));
  const streams: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("timeline.stream")) streams.push(request.url());
  });
  const lab = new LabPage(page);
  await lab.open("double-delivery", "?m=idempotent");
  expect(streams).toHaveLength(1);

  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect(lab.main.locator("[data-live=lost]")).toContainText("Showing data from");
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect(lab.main.locator("[data-live=live]")).toBeVisible();
  expect(streams).toHaveLength(2);
  expect(streams[1], "goes on from the last id").toContain("lastEventId");
});

test("the shop's first page opens no stream, whatever is pressed on it", async ({
  page,
  shop: _account,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedWorker"));
  const streams: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("timeline.stream")) streams.push(request.url());
  });
  await page.goto("/");
  await page.getByRole("button", { name: /^Pay / }).first().click();
  await expect(page.locator("[data-stage=over]")).toBeVisible();
  expect(streams).toEqual([]);
});
