import { expect, test } from "../fixtures/test.ts";

// stripe/stripe-ruby#503, fjordllc/bootcamp#3928: another card after a decline met the old key and was refused.
test("a declined card, then another one: a new payment of the same order, charged once", async ({
  page,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  await page.getByRole("radio", { name: /pm_card_chargeDeclinedInsufficientFunds/ }).check();
  await checkout.pay();
  await checkout.ends("declined");
  await checkout.says("There is not enough money on this card");
  expect(await bank.charges(orderId)).toEqual([]);
  expect(await bank.declines(orderId)).toBe(1);

  await page.getByRole("button", { name: "Choose another method" }).click();
  await page.getByRole("radio", { name: /pm_card_visa/ }).check();
  await checkout.pay();
  await checkout.ends("paid");

  expect(new Set(sends.map(({ key }) => key)).size, "one key a decision").toBe(2);
  expect(await arrivals.keys(orderId)).toHaveLength(2);
  expect(await bank.declines(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a decline whose answer was lost is told again, and the bank was asked once", async ({
  page,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("lose-response@1");
  await checkout.open(orderId);
  await page.getByRole("radio", { name: /pm_card_chargeDeclinedExpiredCard/ }).check();
  await checkout.pay();
  await checkout.ends("declined");
  await checkout.says("This card has expired");

  expect(await arrivals.faults(orderId)).toEqual(["lose-response"]);
  expect(await bank.declines(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toEqual([]);
});
