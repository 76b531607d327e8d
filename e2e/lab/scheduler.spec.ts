import type { Page } from "@playwright/test";
import { capturesOf, LabPage } from "../fixtures/lab-page.ts";
import { expect, test } from "../fixtures/test.ts";

const GATES = ["before-claim", "after-claim", "before-commit"];
/** Both look before either has written. */
const RACE =
  "A.before-claim B.before-claim A.after-claim B.after-claim A.before-commit B.before-commit";

async function holdTwo(page: Page, lab: LabPage): Promise<void> {
  await lab.pay();
  const held = (attempt: string) => page.getByText(new RegExp(`Attempt ${attempt}.*waits at`));
  await expect(held("A")).toBeVisible();
  await page.getByRole("button", { name: "Send the same request once more" }).click();
  await expect(held("B")).toBeVisible();
}

async function letGo(page: Page, entry: string): Promise<void> {
  const [attempt = "", point = ""] = entry.split(".");
  const row = page.locator("#scheduler li").filter({ hasText: `Attempt ${attempt}` });
  await expect(row).toContainText(`waits at ${point}`);
  await row.getByRole("button", { name: `Let ${attempt} go` }).click();
}

test("attempts that are let go by hand, in the order of the race, are two charges; the saved order makes the same again, and one in the shop", async ({
  page,
  shop: _account,
}) => {
  test.setTimeout(150_000);
  const lab = new LabPage(page);
  const lane = "check-then-insert";
  await lab.open("", `?m=naive&lane=${lane}`);
  for (const gate of GATES) await page.getByRole("checkbox", { name: gate }).check();
  await holdTwo(page, lab);
  for (const entry of RACE.split(" ")) await letGo(page, entry);
  await expect(page.locator("#scheduler p code")).toHaveText(RACE);
  const first = await lab.orderId("");
  await expect.poll(() => capturesOf(first, lane)).toBe(2);
  await expect.poll(() => lab.number("charges", lane)).toBe(2);

  for (const [mode, running, charges] of [
    ["Wrong", lane, 2],
    ["Idempotent", "idempotent", 1],
  ] as const) {
    const before = await lab.orderId("");
    await page.getByRole("button", { name: mode, exact: true }).click();
    await page.getByRole("button", { name: "New order", exact: true }).click();
    await expect.poll(() => lab.orderId("")).not.toBe(before);
    await lab.ready();
    await holdTwo(page, lab);
    await page.getByLabel("Let them go in this order").fill(RACE);
    await page.getByRole("button", { name: "Let go", exact: true }).click();
    await expect(page.getByText("Done, in this order.")).toBeVisible();
    const again = await lab.orderId("");
    await expect.poll(() => capturesOf(again, running), { message: mode }).toBe(charges);
    await expect.poll(() => lab.number("charges", running)).toBe(charges);
  }
});

test("a press counts where news moves its button away before it ends, and not where the pointer left it", async ({
  page,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("", "?m=naive&lane=check-then-insert");
  await page.getByRole("checkbox", { name: "before-claim" }).check();
  await lab.pay();
  const row = page.locator("#scheduler li").filter({ hasText: "Attempt A" });
  await expect(row).toContainText("waits at before-claim");
  const letGo = row.getByRole("button", { name: "Let A go" });
  const releases: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("lab.release")) releases.push(request.url());
  });

  await letGo.hover();
  await page.mouse.down();
  await page.mouse.move(2, 2);
  await page.mouse.up();
  // The second of them was asked for after the press had ended.
  for (let looks = 0; looks < 2; looks += 1) await page.waitForResponse(/lab\.gates/);
  expect(releases).toEqual([]);
  await expect(row).toContainText("waits at before-claim");

  await letGo.hover();
  await page.mouse.down();
  await page.locator("#scheduler").evaluate((panel) => {
    const news = document.createElement("div");
    news.style.height = "240px";
    panel.before(news);
    // Else the browser scrolls the news away, which it does in some places of a page and not in others.
    document.documentElement.style.overflowAnchor = "none";
  });
  await page.mouse.up();
  await expect(row).toContainText("goes on");
  expect(releases).toHaveLength(1);
});

test("a run is kept as one file that holds what happened, fetches nothing and runs nothing", async ({
  page,
  context,
  baseURL,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("double-delivery", "?m=split");
  await lab.pay();
  await lab.settled("idempotent");
  await expect.poll(() => lab.number("charges", "naive")).toBe(2);
  const orderId = await lab.orderId("double-delivery");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "HTML file" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("what-happened.html");

  // In a tab of its own: the lab goes on asking until it is left, and that would count as the file's.
  const kept = await context.newPage();
  const asked: string[] = [];
  kept.on("request", (request) => asked.push(request.url()));
  const address = `${baseURL}/kept.html`;
  await kept.route(address, async (route) =>
    route.fulfill({ path: await file.path(), contentType: "text/html" }),
  );
  await kept.goto(address);
  await expect(kept.getByRole("definition").filter({ hasText: orderId })).toBeVisible();
  const naive = kept.getByRole("row").filter({ hasText: /^Naive/ });
  await expect(naive).toContainText("€96.00");
  await expect(kept.getByRole("img")).toBeVisible();
  expect(await kept.getByRole("listitem").count()).toBeGreaterThan(8);
  expect(await kept.locator("script").count()).toBe(0);
  expect(asked).toEqual([address]);
});
