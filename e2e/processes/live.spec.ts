import { expect, test } from "../fixtures/test.ts";
import { LabPage } from "../fixtures/lab-page.ts";

test("kill -9 of the web: the lab says since when its numbers are old, and is live again by itself, with nothing lost", async ({
  page,
  shop,
  processes,
}) => {
  test.setTimeout(120_000);
  const lab = new LabPage(page);
  await lab.open("double-delivery", "?m=idempotent");
  const pid = processes.kill("web");
  await expect(lab.main.locator("[data-live=lost]")).toContainText(
    /Showing data from .*, reconnecting/,
  );
  await expect(lab.main.locator("[data-old]")).toHaveCount(1);
  await processes.healed("web", pid, 30_000);

  // While the page may still be away, somebody else pays its order.
  const orderId = await lab.orderId("double-delivery");
  await shop.payUntilAnswered({ orderId, idempotencyKey: crypto.randomUUID(), amount: 4_800 });
  await expect(lab.main.locator("[data-live=live]")).toBeVisible({ timeout: 40_000 });
  await expect(lab.happened).toContainText("another client");
  await expect.poll(() => lab.number("charges", "idempotent")).toBe(1);
});
