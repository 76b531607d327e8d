import { v7 } from "uuid";
import type { Page } from "@playwright/test";
import type { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";
import { garble } from "../states/garble.ts";

async function paidOrder(shop: Shop): Promise<string> {
  const { orderId, total } = await shop.order();
  await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
  return orderId;
}

/** Each route, and the answer that it cannot draw when it is not what it should be. */
const ROUTES: Record<
  string,
  [procedure: string, open: (page: Page, shop: Shop) => Promise<unknown>]
> = {
  checkout: [
    "audit.bankStatement",
    async (page, shop) => page.goto(`/checkout/${(await shop.order()).orderId}`),
  ],
  receipt: ["receipts.get", async (page, shop) => page.goto(`/receipt/${await paidOrder(shop)}`)],
  ledger: ["audit.postings", (page) => page.goto("/ledger")],
  lab: ["lab.audit", (page) => page.goto("/lab")],
  storm: ["storm.get", (page) => page.goto("/storm")],
  agent: ["agent.get", (page) => page.goto(`/agent?key=${v7()}`)],
  patterns: [
    "lab.demonstrate",
    async (page) => {
      await page.goto("/patterns");
      await page.locator("#key").getByRole("button").first().click();
    },
  ],
};

for (const [route, [procedure, open]] of Object.entries(ROUTES)) {
  test(`what breaks the ${route} is told there, money first, and the frame around it stays`, async ({
    page,
    shop,
  }) => {
    await garble(page, procedure);
    await open(page, shop);
    const heading = page.getByRole("heading", { name: "This page could not be shown" });
    await expect(heading).toBeFocused();
    const main = page.getByRole("main");
    await expect(main).toContainText("asking again cannot charge twice");
    await expect(main).toContainText("npm run doctor");
    await expect(main).toContainText("Code TypeError");
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    await expect(page).toHaveTitle(/^This page could not be shown/);

    await page.unrouteAll();
    await main.getByRole("button", { name: "Show it again" }).click();
    await expect(heading).toHaveCount(0);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
}

test("where the words of an error cannot be fetched either, the page says that no payment is affected", async ({
  page,
  shop: _account,
}) => {
  await page.goto("/");
  await expect(page.getByRole("button", { name: /^Pay / })).not.toHaveAttribute("aria-disabled");
  await page.getByRole("link", { name: "Ledger" }).click();
  await expect(page.locator("[data-live-dot=live]")).toBeVisible();
  await page.route("**/_next/static/**", (route) => route.abort("connectionreset"));
  await garble(page, "audit.postings");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page could not be shown");
  await expect(page.getByRole("main")).toContainText(
    "A payment that was under way is not affected",
  );
});

test("what is at no address is a 404, also where a page has a skeleton", async ({ page, shop }) => {
  const { orderId } = await shop.order();
  const status = async (path: string) => (await page.request.get(path)).status();
  for (const path of ["/nothing", "/lab/nothing", "/receipt/nothing", "/checkout/nothing"])
    expect(await status(path), path).toBe(404);
  for (const path of ["/lab", "/lab/one-click", `/receipt/${orderId}`, "/storm", "/patterns"])
    expect(await status(path), path).toBe(200);
});
