import { expect, test } from "../fixtures/test.ts";

test("a storm of a person's own choosing ends in a verdict that the bank's journal agrees with", async ({
  page,
  bank,
}) => {
  test.setTimeout(120_000);
  await page.goto("/storm");
  await page.getByLabel("Orders").fill("8");
  await page.getByLabel("Sends of each").fill("3");
  const faults = "lose-response@%40#7,deliver-twice@%30#7";
  await page.getByLabel("Faults, drawn from the seed").fill(faults);
  await page.getByRole("button", { name: "Start" }).click();
  const verdict = page.locator("[data-verdict]");
  await expect(verdict).toContainText("valid? true", { timeout: 90_000 });
  await expect(verdict).toContainText("8 orders · 8 charges · 0 duplicates · 0 in doubt");

  const link = page.getByRole("link", { name: "history.ndjson" });
  const href = (await link.getAttribute("href")) ?? "";
  const history = (await (await page.request.get(href)).text()).trim().split("\n");
  expect(history.length).toBeGreaterThanOrEqual(2 * 24);
  expect(JSON.parse(history[0] ?? "{}")).toMatchObject({ seq: 0, type: "invoke" });
  const orderIds = history.map((line) => (JSON.parse(line) as { orderId: string }).orderId);
  expect(await bank.chargesOf([...new Set(orderIds)])).toHaveLength(8);
});

test("the naive lane under the same storm is shown not valid, with the money that customers lost", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.goto("/storm");
  await page.getByLabel("Orders").fill("5");
  await page.getByLabel("Sends of each").fill("2");
  await page.getByLabel("Faults, drawn from the seed").fill("lose-response@1");
  await page.getByLabel("Code under the storm").selectOption("naive");
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.locator("[data-verdict]")).toContainText("valid? false", { timeout: 90_000 });
  await expect(page.getByText("Customers paid €240.00 too much")).toBeVisible();
});

test("a page that cannot be told at first does not say that there was no storm, and asks until it is told", async ({
  page,
  shop: _account,
}) => {
  const asked = /(storm\.get|lab\.lanes)/;
  await page.route(asked, (route) => route.abort("connectionreset"));
  await page.goto("/storm");
  await expect(page.getByText("no answer yet, asking again")).toBeVisible();
  await expect(page.getByText("No storm yet.")).toHaveCount(0);
  await page.unroute(asked);
  await expect(page.getByText("No storm yet.")).toBeVisible();
  await expect(page.getByRole("option", { name: "naive", exact: true })).toBeAttached();
});

test("a start without an answer is not said to be nothing, and a storm that it has begun after all appears by itself", async ({
  page,
  shop,
}) => {
  test.setTimeout(120_000);
  await page.goto("/storm");
  await page.route(/storm\.start/, (route) => route.abort("connectionreset"));
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await expect(
    page.getByRole("alert").filter({ hasText: "it may have been started" }),
  ).toBeVisible();
  await expect(page.getByText("Nothing was started")).toHaveCount(0);
  await expect(page.getByText("No storm yet.")).toBeVisible();
  // The request comes late, as one that waited at a proxy.
  await shop.api.storm.start.mutate({ orders: 1, deliveries: 1, concurrency: 1, plan: "" });
  await expect(page.locator("[data-verdict]")).toBeVisible({ timeout: 90_000 });
});
