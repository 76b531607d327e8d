import { expect, test } from "../fixtures/test.ts";

declare global {
  interface Window {
    travelled?: string[];
  }
}

/** Notes every animation and transition that begins, by the element it moves. */
function recordMotion() {
  const travelled: string[] = (window.travelled = []);
  for (const type of ["animationstart", "transitionrun"])
    document.addEventListener(type, ({ target }) => {
      if (target instanceof Element) travelled.push(`${type} ${target.outerHTML.slice(0, 80)}`);
    });
}

for (const reducedMotion of ["reduce", "no-preference"] as const) {
  test.describe(reducedMotion, () => {
    test.use({ contextOptions: { reducedMotion } });
    const still = reducedMotion === "reduce";
    test(`a whole purchase ${still ? "moves nothing where motion is reduced" : "does move where it is not: the check above can see"}`, async ({
      page,
      shop,
      checkout,
    }) => {
      await page.addInitScript(recordMotion);
      const { orderId } = await shop.order();
      await shop.arm("lose-response@1");
      await checkout.open(orderId);
      await checkout.pay();
      await checkout.ends("paid-replayed");
      await expect(page.getByText("Charged 1 time", { exact: true })).toBeVisible();
      const travelled = await page.evaluate(() => window.travelled ?? []);
      if (still) expect(travelled).toEqual([]);
      else expect(travelled).not.toEqual([]);
    });
  });
}
