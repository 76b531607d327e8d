import { expect, test } from "../fixtures/test.ts";

// Volafile/volafile-bugs#133, nahi/httpclient#142: the code sent it once, the server received it twice.
test("a request that the browser sends again by itself is charged once", async ({
  page,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("lose-response@1");
  await checkout.open(orderId);
  // A socket that has served an answer and is dropped before the next one: that is what Chromium resends on.
  await page.evaluate(() => fetch("/api/health").then((answer) => answer.text()));
  await checkout.pay();
  await checkout.ends("paid-replayed");

  expect(sends).toHaveLength(1);
  expect(await arrivals.senders(orderId)).toEqual(["you", "browser"]);
  expect(await arrivals.faults(orderId)).toEqual(["lose-response"]);
  expect(await arrivals.executions(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
  await expect(page.getByRole("heading", { name: "Receipt" })).toHaveCount(1);
});
