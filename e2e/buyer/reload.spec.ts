import { CheckoutPage, PAID } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

// thelia/thelia#2324, woocommerce/woocommerce#24429: a reload made a second order, or forgot the one in flight.
test("a reload in mid-payment waits for the same payment and is charged once", async ({
  page,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("stall-after-claim=2000@1");
  await checkout.open(orderId);
  await checkout.pay();
  await expect.poll(() => arrivals.executions(orderId)).toBe(1);
  await page.reload();
  await checkout.ends(PAID);

  expect(sends[0]?.storedKey, "the key was stored before the first send").toBe(sends[0]?.key);
  expect(new Set(sends.map(({ key }) => key)).size, "keys on the wire").toBe(1);
  expect(await arrivals.faults(orderId)).toEqual(["stall-after-claim"]);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
  await expect(page.getByRole("heading", { name: "Receipt" })).toBeVisible();
  await expect(checkout.payButton).toHaveCount(0);
});

test("a tab closed in mid-payment and the address opened again is charged once", async ({
  page,
  context,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("stall-after-claim=2000@1");
  await checkout.open(orderId);
  await checkout.pay();
  await expect.poll(() => arrivals.executions(orderId)).toBe(1);
  await page.close();
  const again = new CheckoutPage(await context.newPage());
  await again.visit(orderId);
  await again.ends(PAID);

  expect(new Set(sends.map(({ key }) => key)).size, "keys on the wire").toBe(1);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a reload after the answer was lost finds the saved answer, charged once", async ({
  page,
  context,
  shop,
  bank,
  network,
  checkout,
}) => {
  const { orderId } = await shop.order();
  const lost = await network.goOfflineInFlight(orderId);
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("unknown");
  await context.setOffline(false);
  await page.reload();
  await checkout.ends(PAID);

  expect(lost).toEqual({ times: 1, executions: [1] });
  expect(await bank.charges(orderId)).toHaveLength(1);
});
