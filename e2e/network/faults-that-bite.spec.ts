import type { Page } from "@playwright/test";
import { openNaiveShop } from "../fixtures/naive-shop.ts";
import { FlakyNetwork, type Seen } from "../fixtures/network.ts";
import { PAID } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

// microsoft/playwright#2311, #4910, #7588: "abort" and "offline" are green without any idempotency. Here the kit
// itself is tested: on a shop without protection its faults must cost money, or no green spec means anything.

async function payNaively(page: Page, fault: (network: FlakyNetwork, id: string) => Promise<Seen>) {
  const naive = await openNaiveShop();
  const { executions, orderId } = naive;
  // Its page sends no order's id: all that it sends is this order's.
  const isOf = () => true;
  const network = new FlakyNetwork(page.context(), { url: "**/pay", executions, isOf });
  const seen = await fault(network, orderId);
  await page.goto(naive.url);
  await page.getByRole("button", { name: "Pay" }).click();
  await expect(page).toHaveTitle("Paid");
  await network.end();
  naive.close();
  return { seen, orderId };
}

test("a lost answer charges twice where the wrapper is taken out", async ({ page, bank }) => {
  const { seen, orderId } = await payNaively(page, (network, id) => network.loseAnswer(id));
  expect(seen).toEqual({ times: 1, executions: [1] });
  expect(await bank.charges(orderId)).toHaveLength(2);
});

test("a second delivery charges twice where the wrapper is taken out", async ({ page, bank }) => {
  const { seen, orderId } = await payNaively(page, (network, id) => network.deliverTwice(id));
  expect(seen).toEqual({ times: 1, executions: [2] });
  expect(await bank.charges(orderId)).toHaveLength(2);
});

test("a lost request charges once even without the wrapper, so it proves nothing alone", async ({
  page,
  bank,
}) => {
  const { seen, orderId } = await payNaively(page, (network, id) => network.loseRequest(id));
  expect(seen).toEqual({ times: 1, executions: [0] });
  expect(await bank.charges(orderId)).toHaveLength(1);
});

// BasedHardware/omi#12921: the header is there and never matches.
test("a client that makes a new key for each send is seen, and its order is still charged once", async ({
  page,
  shop,
  bank,
  arrivals,
  network,
  checkout,
}) => {
  const { orderId } = await shop.order();
  const lost = await network.loseAnswer(orderId);
  await page.addInitScript(() => {
    const original = window.fetch;
    window.fetch = (input, init) => {
      if (!String(input).endsWith("/checkout.pay")) return original(input, init);
      const idempotencyKey = crypto.randomUUID();
      const headers = new Headers(init?.headers);
      headers.set("Idempotency-Key", idempotencyKey);
      const body = JSON.stringify({ ...JSON.parse(String(init?.body)), idempotencyKey });
      return original(input, { ...init, headers, body });
    };
  });
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends(PAID);

  expect(lost).toEqual({ times: 1, executions: [1] });
  expect(await arrivals.keys(orderId), "what every other spec expects to be one").toHaveLength(2);
  // The order's own index is the second belt: it does not need the client to be right.
  expect(await bank.charges(orderId)).toHaveLength(1);
});
