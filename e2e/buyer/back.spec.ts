import { expect, test } from "../fixtures/test.ts";

test("Back after paying shows the paid order, not another Pay button", async ({
  page,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("paid");
  await page.getByRole("link", { name: "Buy another" }).click();
  await expect(page).toHaveURL("/");
  await page.goBack();
  await checkout.ends(/^(already-paid|paid-replayed|paid)$/);
  await expect(checkout.payButton).toHaveCount(0);
  await page.reload();
  await checkout.ends("already-paid");
  await expect(checkout.payButton).toHaveCount(0);

  expect(await arrivals.count(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("Back, and Pay again on the shop's page, is a second order with a charge of its own", async ({
  page,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const orderIds: string[] = [];
  await page.goto("/");
  for (const purchase of [1, 2, 3]) {
    await expect(checkout.payButton, `purchase ${purchase}`).not.toHaveAttribute("aria-disabled");
    await checkout.pay();
    await checkout.ends(/^paid(-replayed)?$/);
    orderIds.push(String(page.url().split("/").at(-1)));
    await page.goBack();
    await expect(page).toHaveURL("/");
  }

  expect(new Set(orderIds).size).toBe(3);
  for (const orderId of orderIds) {
    expect(await arrivals.keys(orderId)).toHaveLength(1);
    expect(await bank.charges(orderId)).toHaveLength(1);
  }
  expect(await shop.api.audit.bankStatement.query()).toHaveLength(3);
});

test("one click on the shop's page, its answer lost, ends on paid: the bank has one charge", async ({
  page,
  bank,
  arrivals,
  checkout,
}) => {
  await page.goto("/");
  // As the page opens: the kettle is chosen and "Lose the answer" is armed.
  await expect(page.getByRole("radio", { name: /Lose the answer/ })).toBeChecked();
  await expect(checkout.payButton).not.toHaveAttribute("aria-disabled");
  await checkout.pay();
  await checkout.ends("paid-replayed");

  const orderId = String(page.url().split("/").at(-1));
  expect(await arrivals.faults(orderId)).toEqual(["lose-response"]);
  expect(await arrivals.count(orderId)).toBeGreaterThanOrEqual(2);
  expect(await bank.charges(orderId)).toMatchObject([{ amount: 4800 }]);
  await expect(page.getByText("Charged 1 time", { exact: true })).toBeVisible();
});
