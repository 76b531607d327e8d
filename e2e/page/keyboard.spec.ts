import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

/** Tab until the focused element's name fits; a page where that takes longer than this is lost on keyboards. */
const TABS_MAX = 30;

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element instanceof HTMLInputElement ? element.labels?.[0] : element;
      return label?.textContent ?? "";
    });
    if (name.test(focused)) return;
  }
  throw new Error(`${TABS_MAX} times Tab, and never on ${name}.`);
}

test("the opening scene and a purchase from the shop to the receipt need no mouse", async ({
  page,
  bank,
  checkout,
}) => {
  await page.goto("/");
  await expect(checkout.payButton).not.toHaveAttribute("aria-disabled");
  await tabTo(page, /^Skip to the content/);
  await tabTo(page, /^Pay €48\.00/);
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-stage=over]")).toBeVisible();
  await expect(page.getByRole("heading", { name: /^One press\./ })).toBeFocused();

  await tabTo(page, /^Buy Mug/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/checkout\//);
  await expect(checkout.payButton).not.toHaveAttribute("aria-disabled");
  await tabTo(page, /^Pay €24\.00/);
  await page.keyboard.press("Enter");
  await checkout.ends("paid");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await tabTo(page, /^View receipt/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/receipt\/[0-9a-f-]+$/);

  const orderId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  expect(await bank.charges(orderId)).toMatchObject([{ amount: 2400 }]);
});

test("choosing a card, a decline and another card need no mouse", async ({
  page,
  shop,
  bank,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  await tabTo(page, /pm_card_visa/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: /pm_card_chargeDeclined$/ })).toBeChecked();
  await tabTo(page, /^Pay /);
  await page.keyboard.press("Space");
  await checkout.ends("declined");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await tabTo(page, /^Choose another method/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio", { name: /pm_card_chargeDeclined$/ })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await tabTo(page, /^Pay /);
  await page.keyboard.press("Enter");
  await checkout.ends("paid");

  expect(await bank.declines(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
