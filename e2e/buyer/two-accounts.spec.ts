import type { BrowserContext, Page } from "@playwright/test";
import type { Bank } from "../fixtures/bank.ts";
import { CheckoutPage } from "../fixtures/checkout-page.ts";
import { Shop } from "../fixtures/shop.ts";
import { resetInAnotherTab } from "../fixtures/reset-in-another-tab.ts";
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

/** What becomes of the session of a page that stands there, each with what somebody else's payments are then looked for in. */
const REPLACED: Record<string, (of: Replacing) => Promise<Shop | undefined>> = {
  "another account's cookie takes its place": async ({ context, baseURL }) => {
    const next = await Shop.open(baseURL);
    const [name = "", value = ""] = next.cookie.split(/=(.*)/);
    await context.addCookies([{ name, value, url: baseURL }]);
    return next;
  },
  "its cookie is deleted": async ({ context }) => {
    await context.clearCookies();
    return undefined;
  },
  "the account is reset in another tab": async ({ context }) => {
    await resetInAnotherTab(context);
    return undefined;
  },
};
interface Replacing {
  context: BrowserContext;
  baseURL: string;
}

/** The payment arrives and is charged, and the page hears neither its answer nor anything of the order until `hears` is called. */
async function chargedUnheard(page: Page, checkout: CheckoutPage, bank: Bank) {
  await page.goto("/");
  const orderId = await checkout.buy();
  let arrived = false;
  let deaf = true;
  await page.route(/checkout\.pay|checkout\.status|orders\.get/, async (route) => {
    const first = !arrived && route.request().url().includes("checkout.pay");
    arrived ||= first;
    if (first) await route.fetch();
    await (first || deaf ? route.abort() : route.continue());
  });
  await checkout.pay();
  await expect.poll(() => bank.charges(orderId)).toHaveLength(1);
  return { orderId, hears: () => void (deaf = false) };
}

for (const [how, replace] of Object.entries(REPLACED))
  test(`a page that waits for the answer to a payment while ${how} pays it under no other account, and says that it may be charged`, async ({
    page,
    context,
    baseURL,
    bank,
    checkout,
  }) => {
    const { orderId, hears } = await chargedUnheard(page, checkout, bank);
    const next = await replace({ context, baseURL: String(baseURL) });
    hears();

    await checkout.ends("elsewhere");
    await checkout.says("You may have been charged, once");
    await expect(page.getByText("or none: nothing more")).toBeVisible();
    // What the bank said before is old by now, and no word about this payment.
    await expect(page.getByText("No money has moved")).toHaveCount(0);
    // Back at the tab: what it would ask and send again by itself.
    const asked = page.waitForResponse(/checkout\.status/);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    expect((await asked).status()).toBe(401);
    await checkout.ends("elsewhere");
    await expect(checkout.payButton).toHaveCount(0);

    await page.reload();
    await checkout.ends("empty");
    await expect(page.getByText("That one may have been charged, once")).toBeVisible();
    expect(await bank.charges(orderId)).toHaveLength(1);
    if (next) await expect(next.api.orders.get.query({ orderId })).rejects.toThrow("no such order");
  });

test("a payment that another account of the same public name left in this browser is neither shown nor sent", async ({
  page,
  context,
  shop,
  bank,
  checkout,
}) => {
  const { orderId, hears } = await chargedUnheard(page, checkout, bank);
  await context.clearCookies();
  hears();
  await checkout.ends("elsewhere");
  // There are 1,080 names. What this browser kept under the old one is looked for under the new one's.
  await page.goto("/ledger");
  const now = await page.locator("header code").first().innerText();
  await page.evaluate(
    ([id, before, after]) => {
      for (const name of [`payonce.intent.${id}`, `payonce.draft.${id}`]) {
        const kept = localStorage.getItem(name) ?? "";
        localStorage.setItem(name, kept.replaceAll(before, after));
      }
    },
    [orderId, (await shop.api.session.me.query()).name, now] as const,
  );
  await checkout.visit(orderId);
  await checkout.ends("empty");
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a page whose account comes back goes on: the payment that it left in doubt is told, charged once", async ({
  page,
  context,
  baseURL,
  shop,
  bank,
  checkout,
}) => {
  const { orderId, hears } = await chargedUnheard(page, checkout, bank);
  await context.clearCookies();
  hears();
  await checkout.ends("elsewhere");
  const [name = "", value = ""] = shop.cookie.split(/=(.*)/);
  await context.addCookies([{ name, value, url: String(baseURL) }]);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await checkout.ends("paid-replayed");
  await expect(page.getByText("or none: nothing more")).toBeHidden();
  expect(await bank.charges(orderId)).toHaveLength(1);
});
