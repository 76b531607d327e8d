import { expect, type Page } from "@playwright/test";
import { v7 } from "uuid";
import { LAB_STATES } from "./lab-states.ts";
import { CHECKOUT_STATES } from "./checkout-states.ts";
import { FRAME_STATES } from "./frame-states.ts";
import { garble } from "./garble.ts";
import { REFUND_STATES } from "./refund-states.ts";
import type { PageState, StateKit } from "./state.ts";
import { waitForIntent } from "./wait-for-intent.ts";

/** Every route in its states: what the accessibility checks visit, and what `npm run screens` photographs. */
export const PAGE_STATES: PageState[] = [
  {
    name: "the shop",
    bring: async ({ page }) => {
      await page.goto("/");
      const pay = page.getByRole("button", { name: /^Pay / });
      await expect(pay).not.toHaveAttribute("aria-disabled");
    },
  },
  {
    name: "the result of the opening scene",
    bring: async ({ page }) => {
      await page.goto("/");
      const pay = page.getByRole("button", { name: /^Pay / });
      await expect(pay).not.toHaveAttribute("aria-disabled");
      await pay.click();
      await expect(page.locator("[data-stage=over]")).toBeVisible();
    },
  },
  ...CHECKOUT_STATES,
  ...LAB_STATES,
  ...FRAME_STATES,
  {
    name: "a receipt",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
      await page.goto(`/receipt/${orderId}`);
      await expect(page.getByText("1 in effect")).toBeVisible();
      await page.getByText("Which promise is this?").click();
    },
  },
  {
    name: "the receipt of an order that is unknown",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      const plan = "stall-after-provider=20000@1";
      const payment = shop.pay({ orderId, idempotencyKey: v7(), amount: total, plan });
      payment.catch(() => undefined); // past its patience: the page is what is looked at
      await waitForIntent(shop, orderId);
      await page.goto(`/receipt/${orderId}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    },
  },
  {
    name: "the ledger",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
      await page.goto("/ledger");
      await expect(page.getByText("charged").first()).toBeVisible();
    },
  },
  {
    name: "a ledger that looks at one intent, with its SQL shown",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      const idempotencyKey = v7();
      await shop.payUntilAnswered({ orderId, idempotencyKey, amount: total });
      await page.goto(`/ledger?key=${idempotencyKey}`);
      await expect(page.getByText(/SHA-256/)).toBeVisible();
      await page.getByText("Show SQL").first().click();
      await expect(page.getByText("At the bank, not in our books")).toBeVisible();
    },
  },
  ...REFUND_STATES,
  {
    name: "the bank's events, one delivered again",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
      await page.goto("/ledger?view=events");
      await page.getByRole("button", { name: "Resend" }).first().click();
      await expect(page.getByText("Delivered 2 times")).toBeVisible();
    },
  },
  {
    name: "a ledger with a receipt that waits for a person",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      const idempotencyKey = v7();
      await shop.payUntilAnswered({ orderId, idempotencyKey, amount: total });
      // The stack's own mail server takes every mail: its refusal is server/receipts/mail-server-away.test.ts'.
      const since = new Date().toISOString();
      const reason = "The mail server refuses it (EENVELOPE 550)";
      const waiting = { idempotencyKey, orderId, procedure: "receipt", attempts: 1, reason, since };
      await page.route("**/api/trpc/audit.reviews*", (route) =>
        route.fulfill({ json: { result: { data: [waiting] } } }),
      );
      await page.goto("/ledger");
      await expect(page.getByRole("button", { name: "Send the receipt again" })).toBeVisible();
    },
  },
  {
    name: "an empty ledger",
    bring: async ({ page }) => {
      await page.goto("/ledger");
      await expect(page.getByText("No charges yet").first()).toBeVisible();
    },
  },
  {
    name: "a ledger with a fault armed",
    bring: async ({ page, shop }) => {
      await shop.arm("lose-response@1");
      await page.goto("/ledger");
      await expect(page.getByText(/1 fault armed/)).toBeVisible();
    },
  },
  {
    name: "a ledger whose server is gone",
    bring: async ({ page }) => {
      await page.goto("/ledger");
      await page.route("**/api/trpc/**", (route) => route.abort("connectionreset"));
      await expect(
        page
          .getByRole("main")
          .getByText(/old|from/i)
          .first(),
      ).toBeVisible();
    },
  },
  { name: "the lab", bring: ({ page }) => show(page, "/lab") },
  { name: "a scenario of the lab", bring: ({ page }) => show(page, "/lab/one-click") },
  { name: "the storm", bring: ({ page }) => show(page, "/storm") },
  { name: "the patterns", bring: ({ page }) => show(page, "/patterns") },
  { name: "the patterns, each broken on purpose", bring: breakPatterns },
  {
    name: "the agent before its first run",
    bring: async ({ page }) => {
      await page.goto("/agent");
      await expect(page.getByText("No run yet")).toBeVisible();
    },
  },
  {
    name: "a run of the agent that nobody has seen",
    bring: async ({ page }) => {
      await page.goto(`/agent?key=${v7()}`);
      await expect(page.locator('[data-state="unseen"]')).toBeVisible();
    },
  },
  {
    name: "a completed run of the agent",
    bring: async ({ page }) => {
      await page.goto("/agent");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await expect(page.locator('[data-state="completed"]')).toBeVisible();
      await expect(page.getByText("Receipts in effect: 1")).toBeVisible();
    },
  },
  {
    name: "a run of the agent that another account began",
    bring: async ({ page }) => {
      const key = v7();
      const run = JSON.stringify({ goal: "Buy a mug", by: { name: "nobody-0", tag: "nobody" } });
      await page.goto("/agent");
      await page.evaluate(([at, text]) => localStorage.setItem(`payonce.agent.${at}`, text), [
        key,
        run,
      ] as const);
      await page.goto(`/agent?key=${key}`);
      await expect(page.locator('[data-state="elsewhere"]')).toBeVisible();
    },
  },
  {
    name: "a route that broke",
    bring: async ({ page }) => {
      await garble(page, "audit.postings");
      await page.goto("/ledger");
      await expect(page.getByRole("heading", { name: /could not be shown/ })).toBeFocused();
    },
  },
  {
    name: "the lab before its script is there",
    bring: async ({ page }) => {
      await page.route("**/_next/static/**/*.js", () => {}); // never answered
      await page.goto("/lab", { waitUntil: "commit" });
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    },
  },
  {
    name: "an address where nothing is",
    bring: async ({ page }) => {
      await page.goto("/nothing/here");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    },
  },
];

/** A route that is as it is: nothing has to happen first. */
async function show(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** Each pattern's button; of its sides the page says that one kept its promise, and that the wrong ones did not. */
async function breakPatterns({ page }: Pick<StateKit, "page">): Promise<void> {
  await show(page, "/patterns");
  for (const id of ["key", "upsert", "mark-as-sent", "events", "steps", "atomicity"]) {
    const section = page.locator(`#${id}`);
    await section.getByRole("button").first().click();
    await expect(section.locator("[data-holds=false]").first()).toBeVisible({ timeout: 30_000 });
    // It plays two faults, with two sides each.
    const kept = id === "mark-as-sent" ? 2 : 1;
    await expect(section.locator("[data-holds=true]")).toHaveCount(kept);
  }
}
