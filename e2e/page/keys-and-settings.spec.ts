import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

test("the frame's keys: theme, pages, and the list of them all", async ({
  page,
  shop: _account,
}) => {
  await page.goto("/ledger");
  await expect(page.locator("[data-live-dot=live]")).toBeVisible();
  const root = page.locator("html");
  await page.keyboard.press("t");
  await expect(root).toHaveAttribute("data-theme", "light");
  await page.keyboard.press("t");
  await expect(root).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(root, "the server's first HTML has it").toHaveAttribute("data-theme", "dark");
  // No page hears a key before its script runs.
  await expect(page.locator("[data-live-dot=live]")).toBeVisible();

  for (const [letter, path] of [
    ["a", "/lab"],
    ["s", "/storm"],
    ["d", "/ledger"],
    ["h", "/"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page).toHaveURL((url) => url.pathname === path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys" });
  for (const key of ["Ctrl+K · ⌘K", "T", "Shift+R", "G H", "G A", "G S", "G D", "P", "D · Shift+D"])
    await expect(list.getByText(key, { exact: true })).toBeVisible();
});

/** A dialog gives the focus back as it closes: whoever took it before that would lose it again. */
async function closeByEscape(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
}

test("in the lab G then D goes to the ledger and D alone to the faults; switched off, neither does", async ({
  page,
  shop: _account,
}) => {
  await page.goto("/lab");
  await expect(page.locator("#faults summary").first()).toBeVisible();
  await page.keyboard.press("d");
  await expect(page.locator("#faults summary").first()).toBeFocused();
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: "Keys are on" }).uncheck();
  await closeByEscape(page);
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.keyboard.press("t");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await expect(page).toHaveURL(/\/lab/);
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: "Keys are on" }).check();
  await closeByEscape(page);
  await page.getByLabel("Seed").focus();
  await page.keyboard.type("tgd");
  await expect(page).toHaveURL(/seed=7tgd/);
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/ledger$/);
});

test("the palette finds pages and scenarios by what is typed, and gives the focus back", async ({
  page,
  shop: _account,
}) => {
  await page.goto("/ledger");
  await page.getByRole("button", { name: "Settings" }).focus();
  await page.keyboard.press("Control+k");
  const box = page.getByRole("combobox", { name: "Page, scenario or action" });
  await expect(box).toBeFocused();
  await box.fill("nothing at all");
  await expect(page.getByText("Nothing is called that.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Settings" })).toBeFocused();

  await page.keyboard.press("Control+k");
  await box.fill("page agent");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/agent$/);
  await page.keyboard.press("Control+k");
  await box.fill("scenario");
  await expect(page.getByRole("option")).toHaveCount(17);
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option").nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/lab\/one-click$/);
});

test("settings: motion is a choice of its own, and everything of the account is exported", async ({
  page,
  shop,
}) => {
  const { orderId, total } = await shop.order();
  await shop.payUntilAnswered({ orderId, idempotencyKey: crypto.randomUUID(), amount: total });
  await page.goto("/ledger");
  const settings = page.getByRole("button", { name: "Settings" });
  const takesMs = () =>
    page
      .getByRole("button", { name: "Export as JSON" })
      .evaluate((button) => getComputedStyle(button).transitionDuration);
  await settings.click();
  expect(await takesMs()).not.toBe("0s");
  await page.getByRole("radio", { name: "Nothing moves" }).check();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-motion", "reduced");
  await settings.click();
  expect(await takesMs()).toBe("0s");

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as JSON" }).click();
  const exported = JSON.parse(readFileSync(await (await download).path(), "utf8"));
  expect(exported.bankStatement).toMatchObject([{ orderId, amount: total }]);
  expect(exported.postings).toHaveLength(1);
  expect(exported.timeline.length).toBeGreaterThan(3);
});

test("a reset asks, then gives a new account; what was paid stays paid", async ({
  page,
  shop,
  bank,
}) => {
  const { orderId, total } = await shop.order();
  await shop.payUntilAnswered({ orderId, idempotencyKey: crypto.randomUUID(), amount: total });
  await shop.arm("lose-response@1");
  await page.goto("/ledger");
  const account = page.locator("header code");
  const before = await account.innerText();
  await page.keyboard.press("Shift+R");
  const dialog = page.getByRole("dialog", { name: "Reset the account?" });
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await shop.api.faults.get.query()).toEqual({ plan: "lose-response@1" });

  await page.keyboard.press("Shift+R");
  await dialog.getByRole("button", { name: "Reset", exact: true }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/");
  await page.goto("/ledger");
  await expect(page.getByText("No charges yet").first()).toBeVisible();
  expect(await account.innerText()).not.toBe(before);
  expect(await shop.api.faults.get.query()).toEqual({ plan: "" });
  expect(await bank.charges(orderId)).toMatchObject([{ amount: total }]);
});
