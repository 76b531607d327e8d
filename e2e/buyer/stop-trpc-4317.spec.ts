import { expect, test } from "../fixtures/test.ts";

// trpc/trpc#4317, vercel/next.js#81418: the request was cancelled, the work went on, and the page said "cancelled".
test("a request stopped in mid-payment is no payment called off: the page asks again and is told the one that was made", async ({
  page,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("stall-after-claim=2000@1");
  await checkout.open(orderId);
  const stopped = page.waitForEvent("requestfailed", (it) => it.url().endsWith("/checkout.pay"));
  await checkout.pay();
  await expect.poll(() => arrivals.executions(orderId)).toBe(1);
  // The browser's own Stop button.
  await page.evaluate(() => window.stop());
  expect((await stopped).failure()).toEqual({ errorText: "net::ERR_ABORTED" });
  await checkout.says("asking again");
  await checkout.ends("paid-replayed");
  await checkout.neverSaidFailed();

  expect(await arrivals.faults(orderId)).toEqual(["stall-after-claim"]);
  expect(await arrivals.executions(orderId), "the stopped request's was the only one").toBe(1);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
