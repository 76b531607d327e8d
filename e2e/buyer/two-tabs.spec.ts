import { CheckoutPage, PAID, pressAtOnce } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

test("Pay pressed in two tabs at once is one payment, and both show its answer", async ({
  context,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("delay-response=1500@1");
  const other = new CheckoutPage(await context.newPage());
  await checkout.open(orderId);
  await other.open(orderId);
  await pressAtOnce([checkout, other]);
  await checkout.ends(PAID);
  await other.ends(PAID);

  expect(await arrivals.faults(orderId)).toContain("delay-response");
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a second tab shows the first one's payment while it runs, and sends nothing of its own", async ({
  context,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  // Within the lease, and long enough for a tab to open; the shop's scripts are in it before that begins.
  await shop.arm("stall-after-claim=5500@1");
  const second = await context.newPage();
  await second.goto("/");
  const other = new CheckoutPage(second);
  await checkout.open(orderId);
  await checkout.pay();
  await expect.poll(() => arrivals.executions(orderId)).toBe(1);
  await other.visit(orderId);
  await other.ends("joined");
  await other.ends(PAID);
  await checkout.ends("paid");

  expect(sends).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("two browsers of one account pay one order once, and the slower one is told", async ({
  browser,
  context,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("stall-after-claim=1500@1");
  const elsewhere = await browser.newContext();
  await elsewhere.addCookies(await context.cookies());
  const other = new CheckoutPage(await elsewhere.newPage());
  await checkout.open(orderId);
  await other.open(orderId);
  await pressAtOnce([checkout, other]);
  await checkout.ends(PAID);
  await other.ends(PAID);
  await elsewhere.close();

  // Two keys: neither browser can know the other's. The order has one live intent, whatever keys come.
  expect(await arrivals.keys(orderId)).toHaveLength(2);
  expect(await arrivals.executions(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
