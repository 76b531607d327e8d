import { expect, test } from "../fixtures/test.ts";

test("an event is delivered again, late, and with its order's others the newest first: the list and the books stay as they are", async ({
  page,
  shop,
  bank,
}) => {
  const { orderId, total } = await shop.order();
  await shop.payUntilAnswered({ orderId, idempotencyKey: crypto.randomUUID(), amount: total });
  await page.goto("/ledger?view=events");
  const rows = page.locator("[data-event]");
  await expect(rows).toHaveCount(2);
  const charge = rows.filter({ hasText: "charge.succeeded" });
  const intent = rows.filter({ hasText: "payment_intent.succeeded" });
  await expect(charge).toContainText("Delivered once");
  const before = await shop.api.audit.webhooks.query();

  await charge.getByRole("button", { name: "Resend" }).click();
  await expect(charge).toContainText("Delivered 2 times");
  await charge.getByRole("button", { name: "Delay 3 s" }).click();
  await expect(charge).toContainText("Delivered 2 times, 1 on the way");
  await expect(charge).toContainText("Delivered 3 times");
  await charge.getByRole("button", { name: "Reorder" }).click();
  await expect(charge).toContainText("Delivered 4 times");
  await expect(intent).toContainText("Delivered 2 times");

  const delivered = (await shop.api.lab.deliveries.query()).slice(-2);
  expect(
    delivered.map(({ eventId }) => eventId),
    "the newest first",
  ).toEqual(before.map(({ eventId }) => eventId));
  expect(await shop.api.audit.webhooks.query()).toEqual(before);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
