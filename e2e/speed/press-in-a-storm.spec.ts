import type { Page } from "@playwright/test";
import { CheckoutPage, PAID } from "../fixtures/checkout-page.ts";
import type { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";
import { interactionMs, watchInteractions } from "./interaction.ts";
import { beyondMachine, measureRounds, median, onOwnMachine } from "./rounds.ts";

const ANSWER_MS = 100;
const CHECKOUTS = 6;
const EMPTY_PAGE = `<button onclick="this.textContent += '.'">Press</button>`;
/**
 * Some 50 ms of a processor, which a storm that shares it makes more of; an empty page's press shows nothing of that.
 * Not less, because presses are timed in steps of 8 ms.
 */
const WORKING_PAGE = `<button onclick="let sum = 0; for (let n = 0; n < 4e7; n++) sum += n % 7; this.title = sum; this.textContent += '.'">Press</button>`;

test.describe.configure({ timeout: 400_000 });

test(`while 1,000 arrivals storm in, the storm's page and a checkout answer a press within ${ANSWER_MS} ms in three of four cases`, async ({
  page,
  context,
  shop,
}) => {
  const empty = await context.newPage();
  await empty.setContent(EMPTY_PAGE);
  await watchInteractions(empty);
  const working = await context.newPage();
  await working.setContent(WORKING_PAGE);
  await watchInteractions(working);
  const alone = median(await pressed(working, 9));
  const controls = { empty, working, alone };
  const rounds = await measureRounds(ANSWER_MS, () => measureStorm(page, controls, shop));
  expect(rounds[0], `p75 of each round: ${rounds.join(", ")}`).toBeLessThanOrEqual(ANSWER_MS);
});

interface Controls {
  empty: Page;
  working: Page;
  /** Milliseconds of a press on `working` before the storm. */
  alone: number;
}

async function pressed(page: Page, times: number): Promise<number[]> {
  const took: number[] = [];
  while (took.length < times)
    took.push(await interactionMs(page, () => page.getByRole("button").click()));
  return took;
}

/** The slower of the two pages: p75 of its presses, without what the storm makes of the same machine's control presses. */
async function measureStorm(page: Page, controls: Controls, shop: Shop): Promise<number> {
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
  const took: Record<"storm" | "checkout" | "empty" | "working", number[]> = {
    storm: [],
    checkout: [],
    empty: [],
    working: [],
  };
  for (const tab of tabs) {
    if (!(await stop.isVisible())) break;
    for (const press of presses) took.storm.push(await interactionMs(page, press));
    took.checkout.push(await interactionMs(tab, () => new CheckoutPage(tab).pay()));
    took.empty.push(...(await pressed(controls.empty, presses.length)));
    took.working.push(...(await pressed(controls.working, presses.length)));
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
    onOwnMachine("Pay on a checkout meanwhile", took.checkout, took.working, controls.alone),
  );
}

async function openCheckout(page: Page, shop: Shop): Promise<Page> {
  const { orderId } = await shop.order();
  const tab = await page.context().newPage();
  await new CheckoutPage(tab).open(orderId);
  await watchInteractions(tab);
  return tab;
}
