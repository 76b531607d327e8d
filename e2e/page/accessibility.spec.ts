import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { PAGE_STATES } from "../states/page-states.ts";
import type { PageState, StateKit } from "../states/state.ts";
import { expectSpoken, SPOKEN } from "./spoken.ts";

/** Of what axe looks at, colours alone differ between light and dark: all the rest has had both widths in two looks. */
const LOOKS = [
  { width: 1440, colorScheme: "light", rules: "all" },
  { width: 1440, colorScheme: "dark", rules: "colours" },
  { width: 390, colorScheme: "light", rules: "colours" },
  { width: 390, colorScheme: "dark", rules: "all" },
] as const;
const COLOURS = ["color-contrast", "link-in-text-block"];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** 320 px is a small phone, and 1280 px at 400 %; 720 px is 1440 px at 200 %. */
const REFLOW_WIDTHS = [720, 320];
const TIMES_MAX = 4;

// The lab is a large page: four looks at it took longer than a minute on a machine that others were using.
test.describe.configure({ timeout: 180_000 });
test.use({ contextOptions: { reducedMotion: "reduce" } });

const states = PAGE_STATES.filter(({ brief }) => !brief);
for (const name of Object.keys(SPOKEN))
  if (!states.some((state) => state.name === name)) throw new Error(`No state is ${name}.`);

for (const state of states) {
  const spoken = SPOKEN[state.name];
  const heard = spoken ? ", and a screen reader hears what it says and what can be done" : "";
  test(`${state.name} is accessible, light and dark, wide and narrow${heard}`, async ({
    page,
    shop,
    bank,
    network,
    checkout,
  }) => {
    const kit = { page, shop, bank, network, checkout };
    await state.bring(kit);
    if (spoken) await expectSpoken(page, spoken);
    for (const { width, colorScheme, rules } of LOOKS) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      const found = await whileThere(state, kit, () => violations(page, rules));
      expect(found, `${width} px, ${colorScheme}`).toEqual([]);
    }
    for (const width of REFLOW_WIDTHS) {
      await page.setViewportSize({ width, height: 640 });
      const wide = await whileThere(state, kit, () => overhang(page));
      expect(wide, `sideways scroll at ${width} px`).toBe(0);
      const small = await whileThere(state, kit, () => smallTargets(page));
      expect(small, `targets below 24 px at ${width} px`).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
    const lost = await whileThere(state, kit, () => shapeless(page));
    expect(lost, "only a colour shows where it is").toEqual([]);
  });
}

/** A state that passed while it was looked at has not been looked at: it is brought about again. */
async function whileThere<T>(state: PageState, kit: StateKit, look: () => Promise<T>): Promise<T> {
  for (let times = 1; times <= TIMES_MAX; times += 1) {
    const seen = await look();
    const screen = await kit.page.locator("main").getAttribute("data-state");
    if (!state.screen || screen === state.screen) return seen;
    await state.bring(kit);
  }
  throw new Error(`${state.name} passes too quickly to be looked at.`);
}

async function violations(page: Page, rules: (typeof LOOKS)[number]["rules"]) {
  // "Legacy" is without a second page that joins the frames' results: no page of ours has a frame, and a third of the time is saved.
  // The 1,400 elements of the lab that pass are not told one by one: half of its time.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
  if (rules === "all") axe.withTags(TAGS);
  else axe.withRules(COLOURS);
  const found = await axe.setLegacyMode(true).analyze();
  return found.violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.html) }));
}

/** How many pixels the page is wider than the window. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

/** Controls that a finger misses. A link within a sentence is as high as its line (WCAG 2.5.8 allows that). */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, a[href], select, summary, input:not([type=radio])")]
      .filter((control) => {
        // A box inside its label is as large as the label: a press anywhere on that counts.
        const target = control.closest("label") ?? control;
        const { width, height } = target.getBoundingClientRect();
        const seen = width > 1 && height > 1;
        const inline = getComputedStyle(control).display === "inline";
        return seen && !inline && Math.min(width, height) < 24;
      })
      .map((control) => control.outerHTML.slice(0, 120)),
  );
}

/** In forced colours backgrounds are gone: what is a box must still have an edge. */
function shapeless(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("[data-panel], [data-pill], main button")]
      .filter((box) => {
        const { borderTopWidth, borderTopStyle } = getComputedStyle(box);
        return borderTopStyle === "none" || parseFloat(borderTopWidth) < 1;
      })
      .map((box) => box.outerHTML.slice(0, 120)),
  );
}
