import { expect } from "@playwright/test";
import type { PageState } from "./state.ts";

/** What the frame lays over a page. */
const OVERLAYS: readonly [name: string, key: string, title: string][] = [
  ["the list of keys", "?", "Keys"],
  ["the palette", "Control+k", "Go to, or do"],
  ["the question before a reset", "Shift+R", "Reset the account?"],
];

export const FRAME_STATES: PageState[] = [
  ...OVERLAYS.map(([name, key, title]): PageState => ({
    name,
    bring: async ({ page }) => {
      await page.goto("/ledger");
      await expect(page.locator("[data-live-dot=live]")).toBeVisible();
      await page.keyboard.press(key);
      await expect(page.getByRole("dialog", { name: title })).toBeVisible();
    },
  })),
  {
    name: "the settings",
    bring: async ({ page }) => {
      await page.goto("/ledger");
      await expect(page.locator("[data-live-dot=live]")).toBeVisible();
      await page.getByRole("button", { name: "Settings" }).click();
      await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();
    },
  },
];
