import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { v7 } from "uuid";
import { LabPage } from "../fixtures/lab-page.ts";
import type { PageState } from "./state.ts";

/** The lab before, during and after, and in the states that only it has. */
export const LAB_STATES: PageState[] = [
  {
    name: "the lab before anything happened",
    bring: ({ page }) => new LabPage(page).open("", "?m=split"),
  },
  {
    name: "the lab with a naive lane that charged twice",
    bring: async ({ page }) => {
      const lab = new LabPage(page);
      await lab.open("double-delivery", "?m=naive&view=sequence");
      await lab.pay();
      await expect.poll(() => lab.number("charges", "naive"), { timeout: 40_000 }).toBe(2);
    },
  },
  {
    name: "the lab with two lanes side by side",
    bring: async ({ page }) => {
      const lab = new LabPage(page);
      await lab.open("double-delivery", "?m=split");
      await lab.pay();
      await lab.settled("idempotent");
      await expect(lab.main.locator("[data-part]")).toBeVisible({ timeout: 40_000 });
      await expect.poll(() => lab.number("charges", "naive"), { timeout: 40_000 }).toBe(2);
    },
  },
  {
    name: "the lab with a naive lane that got no answer",
    bring: async ({ page }) => {
      const lab = new LabPage(page);
      // Every answer: how often a browser sends again is its own affair.
      await lab.open("one-click", "?m=naive&v=1&plan=lose-response");
      await lab.pay();
      await expect.poll(() => lab.state("naive"), { timeout: 40_000 }).toBe("unknown-naive");
      await expect
        .poll(() => lab.number("charges", "naive"), { timeout: 40_000 })
        .toBeGreaterThan(1);
    },
  },
  {
    name: "the lab's bars",
    bring: async ({ page }) => {
      const lab = new LabPage(page);
      await lab.open("lost-response", "?m=split&view=timeline");
      await lab.pay();
      await lab.settled("idempotent");
    },
  },
  {
    name: "a step of the lab, opened",
    bring: async ({ page }) => {
      const lab = new LabPage(page);
      await lab.open("double-delivery", "?m=idempotent&view=list");
      await lab.pay();
      await lab.settled("idempotent");
      await lab.happened
        .getByRole("button", { name: /Answers: paid/ })
        .first()
        .click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "a refused request of the lab, opened",
    bring: async ({ page, shop }) => {
      const lab = new LabPage(page);
      await lab.open("", "?m=idempotent&view=list");
      const orderId = await lab.orderId("");
      const paymentMethod = "pm_card_nobodyHas";
      await shop.pay({ orderId, idempotencyKey: v7(), amount: 4800, paymentMethod });
      await lab.happened.getByRole("button", { name: /BAD_REQUEST \(400\)/ }).click();
      await expect(page.getByRole("button", { name: "Copy the trace" })).toBeVisible();
    },
  },
  {
    name: "a run of the lab, saved as a file",
    bring: async ({ page }) => {
      const lab = new LabPage(page);
      await lab.open("double-delivery", "?m=split");
      await lab.pay();
      await lab.settled("idempotent");
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: "HTML file" }).click();
      const html = readFileSync(await (await saved).path(), "utf8");
      await page.goto("about:blank"); // of no origin, as a file that somebody was mailed
      await page.setContent(html);
    },
  },
  {
    name: "the lab with a plan that cannot be read",
    bring: async ({ page }) => {
      await new LabPage(page).open("", "?m=idempotent&v=1&plan=lose-respons");
      await page.setViewportSize({ width: 1440, height: 900 });
      await expect(page.locator("#plan-problem")).toContainText("no fault is called");
    },
  },
  {
    name: "the lab with attempts held at a gate",
    bring: async ({ page }) => {
      const lab = new LabPage(page);
      await lab.open("double-delivery", "?m=idempotent");
      await page.getByRole("checkbox", { name: "before-provider" }).check();
      await lab.pay();
      // Of the two deliveries one gets the claim, and is held; which of them is chance.
      const held = page.getByRole("button", { name: /^Let [AB] go$/ });
      await expect(held.first()).toBeVisible({ timeout: 30_000 });
    },
  },
];
