import { LabPage } from "../fixtures/lab-page.ts";
import { expect, test } from "../fixtures/test.ts";

test("Keep armed and Disarm say whether anything changed: nothing after a refusal, nobody knows after a lost answer", async ({
  page,
  shop,
}) => {
  const lab = new LabPage(page);
  await shop.arm("lose-request@1");
  await lab.open("", "?m=idempotent&v=1&plan=lose-respons");
  const faults = page.locator("#faults");
  await page.getByRole("button", { name: "Keep armed" }).click();
  await expect(faults).toContainText("That was refused; nothing changed.");

  await page.route(/faults\.set/, (route) => route.abort("connectionreset"));
  await page.getByRole("button", { name: "Keep armed" }).click();
  await expect(faults).toContainText("No answer: it may be armed by now, or not");
  await lab.main.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Shift+D");
  await expect(faults).toContainText("No answer: it may be disarmed by now, or not");
  await expect(page.getByLabel("The plan, as text")).toHaveValue("lose-respons");

  const bar = page.getByText("1 fault armed for").locator("../..");
  await bar.getByRole("button", { name: "Disarm" }).click();
  await expect(bar).toContainText("No answer: they may be armed still. Press Disarm again.");
  await page.unroute(/faults\.set/);
  await bar.getByRole("button", { name: "Disarm" }).click();
  await expect(bar).toHaveCount(0);
  expect(await shop.api.faults.get.query()).toEqual({ plan: "" });
});

test("a press whose gates cannot be set sends nothing and says so, and nobody is told that an order of releases whose answer is lost was refused", async ({
  page,
  shop,
}) => {
  const lab = new LabPage(page);
  await lab.open("", "?m=idempotent");
  const scheduler = page.locator("#scheduler");
  await page.getByRole("checkbox", { name: "before-claim" }).check();
  await page.route(/lab\.(hold|replay|exportSchedule)/, (route) => route.abort("connectionreset"));
  await lab.pay();
  await expect(scheduler).toContainText("The gates could not be set, so nothing was sent.");
  expect(await shop.api.timeline.list.query()).toEqual([]);

  await page.getByLabel("Let them go in this order").fill("A.before-claim");
  await page.getByRole("button", { name: "Let go", exact: true }).click();
  await expect(scheduler).toContainText("No answer: the line above says who was let go.");
});

test("a plan whose reading got no answer is asked for again: its faults are counted, and a bad one is named", async ({
  page,
  shop: _account,
}) => {
  await page.route(/faults\.read/, (route) => route.abort("connectionreset"));
  const lab = new LabPage(page);
  const read = page.waitForEvent("requestfailed", (request) => /faults\.read/.test(request.url()));
  await lab.open("", "?m=idempotent&v=1&plan=lose-respons");
  await read;
  await expect(page.locator("#plan-problem")).toBeEmpty();
  await page.unroute(/faults\.read/);
  await expect(page.locator("#plan-problem")).toContainText("no fault is called");
});
