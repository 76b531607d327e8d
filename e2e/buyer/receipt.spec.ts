import { expect, test } from "../fixtures/test.ts";

test("after paying, View receipt leads to one receipt in effect, with its mail, and no Pay button", async ({
  page,
  shop,
  bank,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("paid");
  await page.getByRole("link", { name: "View receipt" }).click();
  await expect(page).toHaveURL(new RegExp(`/receipt/${orderId}$`));
  await expect(page.getByRole("heading", { level: 1, name: "Paid €48.00" })).toBeVisible();
  await expect(page.getByText("1 in effect")).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText(`Order ${orderId}`)).toBeVisible();
  await expect(checkout.payButton).toHaveCount(0);

  const { status, effective } = await shop.api.receipts.get.query({ orderId });
  expect({ status, effective }).toEqual({ status: "sent", effective: 1 });
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("the receipt of a payment that nobody knows the outcome of says so, and becomes the receipt by itself", async ({
  page,
  shop,
  checkout,
}) => {
  const { orderId, total } = await shop.order();
  const plan = "stall-after-claim=5000@1";
  const paying = shop
    .pay({ orderId, idempotencyKey: crypto.randomUUID(), amount: total, plan })
    .catch(() => undefined);
  const intents = async () => (await shop.api.orders.get.query({ orderId })).intents.length;
  await expect.poll(intents).toBe(1);
  await page.goto(`/receipt/${orderId}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    /We don't know yet if you were charged/,
  );
  await expect(page.getByText(/failed|error/i)).toHaveCount(0);
  await expect(checkout.payButton).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1, name: "Paid €48.00" })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByText("1 in effect")).toBeVisible({ timeout: 15_000 });
  await paying;
});
