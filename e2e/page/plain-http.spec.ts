import { CHROMIUM_ARGUMENTS } from "../chromium-arguments.ts";
import { CheckoutPage } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

// A classroom: plain http on a name that is not localhost, where the browser takes its secure functions away.
test.use({
  launchOptions: async ({ launchOptions }, use) =>
    use({
      ...launchOptions,
      args: [...CHROMIUM_ARGUMENTS, "--host-resolver-rules=MAP shop.test 127.0.0.1"],
    }),
});

// heygen-com/hyperframes#1637, tensorzero/tensorzero#5902: no crypto.randomUUID there, and the page died.
test("on plain http at another name than localhost a lost answer is still one charge", async ({
  page,
  context,
  baseURL,
  shop,
  bank,
  arrivals,
}) => {
  const address = new URL(String(baseURL));
  address.hostname = "shop.test";
  const [name = "", value = ""] = shop.cookie.split(/=(.*)/);
  await context.addCookies([{ name, value, url: address.href }]);
  await page.addInitScript(() => {
    // Keys that came from here would be equal.
    Math.random = () => 0.5;
  });
  const checkout = new CheckoutPage(page);
  const keys: (string | undefined)[] = [];
  for (const { orderId } of [await shop.order(), await shop.order("tea")]) {
    await shop.arm("lose-response@1");
    await page.goto(`${address.origin}/checkout/${orderId}`);
    expect(
      await page.evaluate(() => [isSecureContext, "randomUUID" in crypto, "locks" in navigator]),
    ).toEqual([false, false, false]);
    await expect(checkout.payButton).not.toHaveAttribute("aria-disabled");
    await checkout.pay();
    await checkout.ends("paid-replayed");
    keys.push(await checkout.storedKey(orderId));
    expect(await arrivals.faults(orderId)).toEqual(["lose-response"]);
    expect(await bank.charges(orderId)).toHaveLength(1);
  }
  expect(new Set(keys).size).toBe(2);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
});
