import { expect, test } from "../fixtures/test.ts";

test("the header says whether the page follows the server: paused in the shop, live in the books, reconnecting when it is cut off", async ({
  page,
  shop: _account,
}) => {
  const dot = page.locator("[data-live-dot]");
  await page.goto("/");
  await expect(page.getByRole("button", { name: /^Pay / })).not.toHaveAttribute("aria-disabled");
  await expect(dot).toHaveText("paused");
  await page.getByRole("link", { name: "Ledger" }).click();
  await expect(dot).toHaveText("live");
  await page.route("**/api/trpc/**", (route) => route.abort("connectionreset"));
  await expect(dot).toHaveText("reconnecting");
  await page.unrouteAll();
  await expect(dot).toHaveText("live");
  await page.getByRole("link", { name: "PayOnce" }).click();
  await expect(dot).toHaveText("paused");
});
