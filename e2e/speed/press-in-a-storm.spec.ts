import type { Page } from "@playwright/test";
import { CheckoutPage, PAID } from "../fixtures/checkout-page.ts";
import type { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";
import { interactionMs, watchInteractions } from "./interaction.ts";
import { beyondMachine, measureRounds } from "./rounds.ts";

const ANSWER_MS = 100;
const CHECKOUTS = 6;
const EMPTY_PAGE = `<button onclick="this.textContent += '.'">Press</button>`;

test.describe.configure({ timeout: 400_000 });

test(`while 1,000 arrivals storm in, the storm's page and a checkout answer a press within ${ANSWER_MS} ms in three of four cases`, async ({
  page,
  context,
  shop,
}) => {
  const empty = await context.newPage();
  await empty.setContent(EMPTY_PAGE);
  await watchInteractions(empty);
  const rounds = await measureRounds(ANSWER_MS, () => measureStorm(page, empty, shop));
  expect(rounds[0], `p75 of each round: ${rounds.join(", ")}`).toBeLessThanOrEqual(ANSWER_MS);
});

/** The slower of the two pages: p75 of its presses, less what the machine adds to a press on an empty page. */
async function measureStorm(page: Page, empty: Page, shop: Shop): Promise<number> {
  // Opened before: in the storm a page takes its time to come, and that is not what is measured here.
  const tabs = await Promise.all(Array.from({ length: CHECKOUTS }, () => openCheckout(page, shop)));
  await page.goto("/storm");
  await page.getByRole("button", { name: /^Black Friday/ }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  await expect(stop).toBeVisible();
  // The chart stands and moves: its library came with its first use.
  await expect(page.locator(".uplot canvas")).toBeVisible();
  await watchInteractions(page);

  const presses = [
    () => page.getByText(/^The same as a table/).click(),
    () => page.getByRole("button", { name: /^Coffee break/ }).click(),
    () => page.getByLabel("Seed", { exact: true }).press("7"),
  ];
  const took = { storm: [] as number[], checkout: [] as number[], empty: [] as number[] };
  for (const tab of tabs) {
    if (!(await stop.isVisible())) break;
    for (const press of presses) took.storm.push(await interactionMs(page, press));
    took.checkout.push(await interactionMs(tab, () => new CheckoutPage(tab).pay()));
    for (const _ of presses)
      took.empty.push(await interactionMs(empty, () => empty.getByRole("button").click()));
  }
  const { length } = took.checkout;
  expect(length, "the storm lasted long enough").toBeGreaterThanOrEqual(CHECKOUTS / 2);
  await page.bringToFront();
  if (await stop.isVisible()) await stop.click();
  await expect(page.locator("[data-verdict]")).toBeVisible({ timeout: 60_000 });
  for (const tab of tabs.slice(0, length)) await new CheckoutPage(tab).ends(PAID);
  for (const tab of tabs) await tab.close();
  return Math.max(
    beyondMachine("a press on the storm's page", took.storm, took.empty),
    beyondMachine("Pay on a checkout meanwhile", took.checkout, took.empty),
  );
}

async function openCheckout(page: Page, shop: Shop): Promise<Page> {
  const { orderId } = await shop.order();
  const tab = await page.context().newPage();
  await new CheckoutPage(tab).open(orderId);
  await watchInteractions(tab);
  return tab;
}
