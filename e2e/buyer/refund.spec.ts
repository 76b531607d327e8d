import type { Page } from "@playwright/test";
import { v7 } from "uuid";
import { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";

const REFUND = "**/api/trpc/refunds.create";
const DAY_MS = 24 * 3_600_000;

/** A paid order of one kettle (48.00) and the page of its receipt. */
async function receiptOf(page: Page, shop: Shop): Promise<string> {
  const { orderId, total } = await shop.order();
  await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
  await page.goto(`/receipt/${orderId}`);
  await expect(page.locator("[data-refund-state=idle]")).toBeVisible();
  return orderId;
}

const state = (page: Page) => page.locator("[data-refund-state]");

async function ends(page: Page, wanted: string) {
  await expect(state(page)).toHaveAttribute("data-refund-state", wanted);
}

async function returnsOf(shop: Shop, orderId: string): Promise<number> {
  const [charge] = await shop.api.audit.bankStatement.query({ orderId });
  return charge?.refunded ?? 0;
}

/** The keys of the refunds that this page sends from now on. */
function refundsSent(page: Page): string[] {
  const keys: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("refunds.create"))
      keys.push(String(request.headers()["idempotency-key"]));
  });
  return keys;
}

/** What a page leaves that died yesterday while its refund of €5.00 was on the way. */
async function plantRefund(page: Page, shop: Shop, orderId: string, idempotencyKey = v7()) {
  const { tag: account } = await shop.api.session.me.query();
  const chargeId = (await shop.api.orders.get.query({ orderId })).charge?.chargeId ?? "";
  const record = {
    v: 1,
    account,
    orderId: chargeId,
    idempotencyKey,
    input: { chargeId, amount: 500 },
    state: "sent",
    inDoubt: false,
    sends: 1,
    firstSentAt: new Date(Date.now() - DAY_MS).toISOString(),
  };
  await page.evaluate(
    ([name, text]) => localStorage.setItem(String(name), String(text)),
    [`payonce.refund.${chargeId}`, JSON.stringify(record)],
  );
}

async function refundPart(page: Page, amount: string) {
  await page.getByRole("radio", { name: "A part of it" }).check();
  await page.getByLabel("Amount in EUR").fill(amount);
  await page.getByRole("button", { name: /^Refund / }).click();
}

test("a part, then the rest: the page lists both, and the bank gave back what the buttons said", async ({
  page,
  shop,
}) => {
  const orderId = await receiptOf(page, shop);
  await refundPart(page, "60");
  await expect(page.getByText("At most €48.00 is left.")).toBeVisible();
  await page.getByLabel("Amount in EUR").fill("5,10");
  await page.getByRole("button", { name: "Refund €5.10" }).click();
  await ends(page, "refunded");
  expect(await returnsOf(shop, orderId)).toBe(510);

  await page.getByRole("button", { name: "Refund something else" }).click();
  await page.getByRole("button", { name: "Refund €42.90" }).click();
  await ends(page, "refunded");
  await expect(page.getByRole("list", { name: "Refunds made" }).getByRole("listitem")).toHaveCount(
    2,
  );
  await expect(page.getByText("€0.00 of €48.00 left")).toBeVisible();
  expect(await returnsOf(shop, orderId)).toBe(4_800);
  expect((await shop.api.orders.get.query({ orderId })).status).toBe("refunded");
});

test("a refund whose answer was lost is asked for again with the same key, and is made once", async ({
  page,
  shop,
}) => {
  const orderId = await receiptOf(page, shop);
  await shop.arm("lose-response@1");
  const keys = new Set<string | undefined>();
  page.on("request", (request) => {
    if (request.url().endsWith("refunds.create")) keys.add(request.headers()["idempotency-key"]);
  });
  await refundPart(page, "5");
  await ends(page, "refunded-replayed");
  // By our code or by the browser itself: what counts is what the server received.
  expect(keys.size).toBe(1);
  const events = await shop.api.timeline.list.query({ idempotencyKey: [...keys][0] });
  const arrived = events.filter(({ point }) => point === "arrived");
  expect(arrived.filter(({ sentBy }) => sentBy !== "bank").length).toBeGreaterThanOrEqual(2);
  expect(await returnsOf(shop, orderId)).toBe(500);
});

test("a refund page whose session becomes another account's sends nothing as that one, and stays in doubt", async ({
  page,
  context,
  baseURL,
  shop,
}) => {
  const orderId = await receiptOf(page, shop);
  await shop.arm("lose-response");
  await refundPart(page, "5");
  await expect.poll(() => returnsOf(shop, orderId)).toBe(500);
  const next = await Shop.open(String(baseURL));
  const [name = "", value = ""] = next.cookie.split(/=(.*)/);
  await context.addCookies([{ name, value, url: String(baseURL) }]);

  await ends(page, "unknown");
  await expect(page.getByText("or none: nothing more")).toBeVisible();
  const answer = page.waitForResponse(REFUND);
  await page.getByRole("button", { name: "Check again" }).click();
  expect((await answer).status()).toBe(401);
  await ends(page, "unknown");
  expect(await returnsOf(shop, orderId)).toBe(500);
  expect(await next.api.timeline.list.query()).toEqual([]);
});

test("a refund in doubt says so and never that it failed; online again it is the saved answer, made once", async ({
  page,
  shop,
  context,
}) => {
  const orderId = await receiptOf(page, shop);
  let lost = 0;
  await page.route(REFUND, async (route) => {
    lost += 1;
    await route.fetch();
    await context.setOffline(true);
    await route.abort("internetdisconnected");
  });
  await refundPart(page, "5");
  await ends(page, "unknown");
  await expect(state(page)).toContainText("We don't know yet if €5.00 was refunded");
  await expect(state(page)).not.toContainText(/failed/i);
  expect(await returnsOf(shop, orderId)).toBe(500);

  await page.unroute(REFUND);
  await context.setOffline(false);
  await ends(page, "refunded-replayed");
  expect(lost).toBe(1);
  expect(await returnsOf(shop, orderId)).toBe(500);
});

test("a reload in mid-refund finds the key again: one refund", async ({ page, shop }) => {
  const orderId = await receiptOf(page, shop);
  await shop.arm("delay-response=2500@1");
  await refundPart(page, "5");
  await ends(page, "refunding");
  await page.reload();
  await expect(state(page)).toHaveAttribute("data-refund-state", /^refunded/);
  expect(await returnsOf(shop, orderId)).toBe(500);
});

test("a refund of yesterday does not leave by itself, not when the network comes back either: it waits for a press", async ({
  page,
  shop,
  context,
}) => {
  const orderId = await receiptOf(page, shop);
  const sent = refundsSent(page);
  await plantRefund(page, shop, orderId);
  await page.reload();
  await ends(page, "stale");
  await expect(state(page)).toContainText("We don't know yet if €5.00 was refunded");
  await context.setOffline(true);
  await context.setOffline(false);
  // The question after the status: had it been followed by a send, that would be on its way by now.
  await page.waitForResponse(/refunds\.status/);
  await ends(page, "stale");
  expect(sent).toEqual([]);
  expect(await returnsOf(shop, orderId)).toBe(0);

  await page.getByRole("button", { name: "Ask what became of it" }).click();
  await ends(page, "refunded");
  expect(await returnsOf(shop, orderId)).toBe(500);
});

test("a refund in doubt whose key is too old sends the person to the list, and makes no new key before that", async ({
  page,
  shop,
}) => {
  const orderId = await receiptOf(page, shop);
  const sent = refundsSent(page);
  await plantRefund(page, shop, orderId, v7({ msecs: Date.now() - 500 * DAY_MS }));
  await page.reload();
  await ends(page, "stale");
  await page.getByRole("button", { name: "Ask what became of it" }).click();
  await ends(page, "maybe-refunded");
  await page.reload();
  await ends(page, "maybe-refunded");
  expect(new Set(sent).size).toBe(1);

  await page.getByRole("button", { name: "I looked: start another refund" }).click();
  await refundPart(page, "5");
  await ends(page, "refunded");
  expect(new Set(sent).size).toBe(2);
  expect(await returnsOf(shop, orderId)).toBe(500);
});

test("what another tab has given back meanwhile is not given back twice: refused, and no money moves", async ({
  page,
  shop,
}) => {
  const orderId = await receiptOf(page, shop);
  // The page is held at what it knew.
  await page.route("**/api/trpc/orders.get*", (route) => route.abort());
  const charge = (await shop.api.orders.get.query({ orderId })).charge;
  await shop.api.refunds.create.mutate({
    idempotencyKey: v7(),
    chargeId: charge?.chargeId ?? "",
    amount: 4_000,
  });
  await page.getByRole("button", { name: "Refund €48.00" }).click();
  await ends(page, "too-much");
  await expect(state(page)).toContainText("This request refunded nothing");
  expect(await returnsOf(shop, orderId)).toBe(4_000);
});
