import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

/**
 * What stands behind a Suspense boundary (a `loading.tsx` makes one) comes hidden, and React shows it 300 ms after the
 * first paint, however early it was there: the largest paint of the page is then that much later, on every machine.
 */
const PAGES = { "the opening scene": "/", "the ledger": "/ledger", "the storm": "/storm" };

for (const [name, path] of [...Object.entries(PAGES), ["the checkout", ""] as const]) {
  test(`${name} comes whole: nothing of it is held back until after the first paint`, async ({
    page,
    shop,
  }) => {
    const { orderId } = await shop.order();
    expect(await heldBack(page.request, path || `/checkout/${orderId}`)).toBe(0);
    // The patterns are large and have a skeleton: what is looked for is there to be found.
    expect(await heldBack(page.request, "/patterns")).toBeGreaterThan(0);
  });
}

/** How many parts of the page are hidden at first, to be shown later. */
async function heldBack(request: APIRequestContext, path: string): Promise<number> {
  const html = await (await request.get(path)).text();
  expect(html, "its heading is there").toContain("<h1");
  return html.match(/<div hidden[^>]* id="S:/g)?.length ?? 0;
}
