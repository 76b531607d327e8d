import { PAID } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

// OriginProtocol/dshop#573, TanStack/query#5052: paid, but the callback never ran, and Pay was offered again.
test("a buyer who leaves in mid-payment and comes back finds the receipt and no Pay button", async ({
  page,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("delay-response=2000@1");
  await checkout.open(orderId);
  await checkout.pay();
  await expect.poll(() => arrivals.executions(orderId)).toBe(1);
  await page.getByRole("link", { name: "Ledger" }).click();
  await expect(page.getByRole("heading", { name: "Ledger", level: 1 })).toBeVisible();
  await checkout.visit(orderId);
  await checkout.ends(PAID);
  await expect(page.getByRole("heading", { name: "Receipt" })).toBeVisible();
  await expect(checkout.payButton).toHaveCount(0);

  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a payment goes on while its page is left by a link within the shop", async ({
  page,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("lose-request@1");
  await checkout.open(orderId);
  await checkout.pay();
  await page.getByRole("link", { name: "Ledger" }).click();
  await expect(page.getByRole("heading", { name: "Ledger", level: 1 })).toBeVisible();
  // Nobody looks at the checkout any more; its retry goes out all the same.
  await expect.poll(() => bank.charges(orderId)).toHaveLength(1);

  expect(await arrivals.faults(orderId)).toEqual(["lose-request"]);
  expect(new Set(sends.map(({ key }) => key)).size).toBe(1);
});
