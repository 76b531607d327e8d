import { CheckoutPage } from "../fixtures/checkout-page.ts";
import { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";

// vercel/shop#486, jchook/uuid-random#13: an id made while the page was built was the same for every visitor.
test("two visitors of the built page get orders and keys of their own", async ({
  page,
  browser,
  baseURL,
  bank,
}) => {
  const elsewhere = await browser.newContext();
  const bought: { orderId: string; key: string | undefined }[] = [];
  for (const visitor of [page, await elsewhere.newPage()]) {
    const checkout = new CheckoutPage(visitor);
    await visitor.goto(String(baseURL));
    const orderId = await checkout.buy();
    await checkout.pay();
    await checkout.ends("paid");
    bought.push({ orderId, key: await checkout.storedKey(orderId) });
  }
  await elsewhere.close();

  const [first, second] = bought;
  expect(first?.key).toBeDefined();
  expect(first?.key).not.toBe(second?.key);
  expect(first?.orderId).not.toBe(second?.orderId);
  for (const { orderId } of bought) expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a payment that another account left in this browser is neither shown nor sent", async ({
  page,
  context,
  baseURL,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("stall-after-claim=1500@1");
  await checkout.open(orderId);
  await checkout.pay();
  await expect.poll(() => arrivals.executions(orderId)).toBe(1);
  const next = await Shop.open(String(baseURL));
  const [name = "", value = ""] = next.cookie.split(/=(.*)/);
  await context.addCookies([{ name, value, url: String(baseURL) }]);
  await page.reload();
  await checkout.ends("empty");
  await expect(checkout.payButton).toHaveCount(0);

  expect(await next.api.timeline.list.query({ orderId })).toEqual([]);
  expect(await next.api.audit.bankStatement.query()).toEqual([]);
  await expect.poll(() => bank.charges(orderId)).toHaveLength(1);
});
