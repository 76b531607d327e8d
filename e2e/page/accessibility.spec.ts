import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { CheckoutPage } from "../fixtures/checkout-page.ts";
import { FlakyNetwork } from "../fixtures/network.ts";
import type { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Brings a page into the state that is looked at. */
const STATES: Record<string, (page: Page, shop: Shop, network: FlakyNetwork) => Promise<void>> = {
  "the shop": async (page) => {
    await page.goto("/");
    await expect(page.getByRole("button", { name: /^Pay / })).not.toHaveAttribute("aria-disabled");
  },
  "a checkout before paying": async (page, shop) => {
    await new CheckoutPage(page).open((await shop.order()).orderId);
  },
  "a paid checkout": (page, shop) => payUntil("paid", page, shop),
  "a declined checkout": (page, shop) => payUntil("declined", page, shop, "pm_card_chargeDeclined"),
  "a checkout whose outcome is unknown": async (page, shop, network) => {
    const { orderId } = await shop.order();
    await network.goOfflineInFlight(orderId);
    const checkout = new CheckoutPage(page);
    await checkout.open(orderId);
    await checkout.pay();
    await checkout.ends("unknown");
  },
  "a receipt": async (page, shop) => {
    const { orderId, total } = await shop.order();
    await shop.payUntilAnswered({ orderId, idempotencyKey: crypto.randomUUID(), amount: total });
    await page.goto(`/receipt/${orderId}`);
    await expect(page.getByText("1 in effect")).toBeVisible({ timeout: 15_000 });
    await page.getByText("Which promise is this?").click();
  },
  "the receipt of an order that is unknown": async (page, shop) => {
    const { orderId, total } = await shop.order();
    const plan = "stall-after-provider=20000@1";
    void shop
      .pay({ orderId, idempotencyKey: crypto.randomUUID(), amount: total, plan })
      .catch(() => undefined);
    await expect
      .poll(async () => (await shop.api.orders.get.query({ orderId })).intents.length)
      .toBe(1);
    await page.goto(`/receipt/${orderId}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  },
  "the ledger": async (page, shop) => {
    const { orderId, total } = await shop.order();
    await shop.payUntilAnswered({ orderId, idempotencyKey: crypto.randomUUID(), amount: total });
    await page.goto("/ledger");
    await expect(page.getByRole("table")).toHaveCount(3);
  },
};

async function payUntil(state: string, page: Page, shop: Shop, method = "pm_card_visa") {
  const checkout = new CheckoutPage(page);
  await checkout.open((await shop.order()).orderId);
  await page.getByRole("radio", { name: new RegExp(`${method}$`) }).check();
  await checkout.pay();
  await checkout.ends(state);
}

test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const [name, bring] of Object.entries(STATES)) {
  test(`${name} has no accessibility violation, light or dark, wide or narrow`, async ({
    page,
    shop,
    network,
  }) => {
    await bring(page, shop, network);
    for (const width of [1440, 390]) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
        const found = violations.map(({ id, nodes }) => ({ id, at: nodes.map((n) => n.html) }));
        expect(found, `${width} px, ${colorScheme}`).toEqual([]);
      }
    }
  });

  test(`${name} fits 320 px without scrolling sideways`, async ({ page, shop, network }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await bring(page, shop, network);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
  });
}
