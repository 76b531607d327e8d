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

test("Back, and Buy again on the shop's page, is a second order with a charge of its own", async ({
  page,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const orderIds: string[] = [];
  await page.goto("/");
  for (const item of ["Kettle", "Mug", "Kettle"]) {
    orderIds.push(await checkout.buy(item));
    await checkout.pay();
    await checkout.ends(/^paid(-replayed)?$/);
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

test("a purchase from the shop with its answer lost on purpose ends on paid: the bank has one charge", async ({
  page,
  bank,
  arrivals,
  checkout,
}) => {
  await page.goto("/");
  await page.locator("summary").click();
  await page.getByRole("radio", { name: /Lose the answer/ }).check();
  const orderId = await checkout.buy();
  await expect(page.getByText("1 fault armed for this payment")).toBeVisible();
  await checkout.pay();
  await checkout.ends("paid-replayed");

  expect(await arrivals.faults(orderId)).toEqual(["lose-response"]);
  expect(await arrivals.count(orderId)).toBeGreaterThanOrEqual(2);
  expect(await bank.charges(orderId)).toMatchObject([{ amount: 4800 }]);
  await expect(page.getByText("Charged 1 time", { exact: true })).toBeVisible();
});
