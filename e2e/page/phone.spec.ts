import type { Locator } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

test.use({ viewport: { width: 390, height: 664 }, contextOptions: { reducedMotion: "reduce" } });

/** Within the window, and nothing lies over its middle. */
function inSight(of: Locator): Promise<boolean> {
  return of.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return y >= 0 && y + height <= innerHeight && top !== null && element.contains(top);
  });
}

test("on a phone the order is folded, its total and Pay stay in sight, and what has the focus is not covered", async ({
  page,
  shop,
  bank,
  checkout,
}) => {
  const { orderId } = await shop.order("tea", 2);
  await checkout.open(orderId);
  const fold = page.getByRole("button", { name: "Your order, 2 pieces" });
  const total = checkout.main.locator("[data-total]");
  await expect(total).toHaveText("€19.98");
  const less = page.getByRole("button", { name: /One .* less/ });
  await expect(less).toBeHidden();
  expect((await fold.boundingBox())?.y).toBeLessThan(
    Number((await page.getByRole("heading", { level: 1 }).boundingBox())?.y),
  );

  for (const far of [0, 300, 10_000]) {
    await page.evaluate((y) => scrollTo(0, y), far);
    expect([await inSight(total), await inSight(checkout.payButton)], `${far} px`).toEqual([
      true,
      true,
    ]);
  }
  for (const name of [/^Email/, /^Name/])
    await page
      .getByLabel(name)
      .evaluate((field: HTMLElement) => field.focus())
      .then(async () => expect(await inSight(page.getByLabel(name))).toBe(true));
  await page.evaluate(() => scrollTo(0, 0));

  await fold.click();
  await less.click();
  await expect(total).toHaveText("€9.99");
  await checkout.pay();
  await checkout.ends("paid");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  expect(await inSight(page.getByRole("heading", { level: 1 }))).toBe(true);
  expect(await inSight(total)).toBe(true);
  expect(await bank.charges(orderId)).toMatchObject([{ amount: 999 }]);
});
