import { fileURLToPath } from "node:url";
import { test } from "../fixtures/test.ts";
import { PAGE_STATES } from "./page-states.ts";

const folder = fileURLToPath(new URL("../../test-results/screens", import.meta.url));

test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const state of PAGE_STATES) {
  for (const width of [1440, 390]) {
    test(`${state.name}, ${width} px`, async ({ page, shop, bank, network, checkout }) => {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await state.bring({ page, shop, bank, network, checkout });
      await page.evaluate(() => document.fonts.ready);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const file = `${state.name.replaceAll(" ", "-")}.${colorScheme}.${width}.png`;
        await page.screenshot({ path: `${folder}/${file}`, fullPage: true });
      }
    });
  }
}
