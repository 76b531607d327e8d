import { expect, test } from "../fixtures/test.ts";

test("an address with a typing error is told on leaving the field and keeps Pay from being sent; mended, it is saved with the order and the payment goes out", async ({
  page,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  const email = page.getByLabel("Email");
  await email.pressSequentially("ada@example");
  await expect(page.getByText(/does not look like an address/)).toHaveCount(0);
  await email.blur();
  await expect(email).toHaveAccessibleDescription(/does not look like an address/);
  await checkout.pay();
  await expect(email).toBeFocused();
  await expect(page.getByRole("group", { name: /Not sent/ })).toBeVisible();
  expect(await arrivals.count(orderId)).toBe(0);

  await email.fill("ada@example.com");
  await checkout.pay();
  await checkout.ends("paid");
  expect(await bank.charges(orderId)).toHaveLength(1);
  expect(await shop.api.orders.get.query({ orderId })).toMatchObject({ email: "ada@example.com" });
});

test("an empty address pays, and what looks like a card number never stays in a field", async ({
  page,
  shop,
  bank,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  for (const label of ["Email", "Name"]) {
    const field = page.getByLabel(label);
    await field.fill("4242 4242 4242 4242");
    await expect(field).toHaveValue("");
    await expect(field).toHaveAccessibleDescription(/That looks like a card number\./);
  }
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Name").blur();
  await checkout.pay();
  await checkout.ends("paid");
  expect(await bank.charges(orderId)).toHaveLength(1);
  expect(await shop.api.orders.get.query({ orderId })).not.toHaveProperty("email");
  // The name is this browser's own: the next order finds it, and no request has carried it.
  await checkout.open((await shop.order("tea")).orderId);
  await expect(page.getByLabel("Name")).toHaveValue("Ada Lovelace");
});

test("while nobody knows whether it was charged, the address stays as it was sent", async ({
  page,
  shop,
  network,
  checkout,
}) => {
  const { orderId } = await shop.order();
  const lost = await network.goOfflineInFlight(orderId);
  await checkout.open(orderId);
  await page.getByLabel("Email").fill("ada@example.com");
  await checkout.pay();
  await checkout.ends("unknown");
  expect(lost).toEqual({ times: 1, executions: [1] });
  await expect(page.getByLabel("Email")).toHaveCount(0);
  expect(await shop.api.orders.get.query({ orderId })).toMatchObject({ email: "ada@example.com" });
});
