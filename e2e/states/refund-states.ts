import { expect } from "@playwright/test";
import { v7 } from "uuid";
import type { PageState } from "./state.ts";

/** The refund of a receipt. */
export const REFUND_STATES: PageState[] = [
  {
    name: "a receipt after a part was refunded",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
      await page.goto(`/receipt/${orderId}`);
      await page.getByRole("radio", { name: "A part of it" }).check();
      await page.getByLabel("Amount in EUR").fill("5");
      await page.getByRole("button", { name: "Refund €5.00" }).click();
      await expect(page.locator("[data-refund-state=refunded]")).toBeVisible();
      await expect(page.getByRole("list", { name: "Refunds made" })).toBeVisible();
    },
  },
  {
    name: "a receipt whose refund is unknown",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
      await page.goto(`/receipt/${orderId}`);
      await page.route("**/api/trpc/refunds.create", async (route) => {
        await route.fetch();
        await page.context().setOffline(true);
        await route.abort("internetdisconnected");
      });
      await page.getByRole("button", { name: /^Refund €/ }).click();
      await expect(page.locator("[data-refund-state=unknown]")).toBeVisible();
    },
  },
  {
    name: "a receipt whose refund may have been made, and whose key is refused by now",
    bring: async ({ page, shop }) => {
      const { orderId, total } = await shop.order();
      await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
      await page.goto(`/receipt/${orderId}`);
      const idempotency = { code: "KEY_EXPIRED", retryable: false, sameKey: false };
      const data = { code: "PRECONDITION_FAILED", httpStatus: 412, idempotency };
      const expired = { error: { message: "Not kept any more", code: -32_012, data } };
      let sends = 0;
      await page.route("**/api/trpc/refunds.create", (route) => {
        sends += 1;
        return sends === 1
          ? route.abort("connectionreset")
          : route.fulfill({ status: 412, json: expired });
      });
      await page.getByRole("button", { name: /^Refund €/ }).click();
      await expect(page.locator("[data-refund-state=maybe-refunded]")).toBeVisible();
    },
  },
];
