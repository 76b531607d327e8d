import { expect, test } from "../fixtures/test.ts";

/**
 * What stands behind a Suspense boundary (a `loading.tsx` makes one) comes hidden, and React shows it 300 ms after the
 * first paint, however early it was there: the largest paint of the page is then that much later, on every machine.
 */
for (const name of ["the opening scene", "the checkout"] as const) {
  test(`${name} comes whole: nothing of it is held back until after the first paint`, async ({
    page,
    shop,
  }) => {
    const { orderId } = await shop.order();
    const path = name === "the checkout" ? `/checkout/${orderId}` : "/";
    const html = await (await page.request.get(path)).text();
    expect(html, "its heading is there").toContain("<h1");
    expect(html.match(/<div hidden="" id="S:\d+">/g) ?? [], "parts to be shown later").toEqual([]);
  });
}
