import { setTimeout as sleep } from "node:timers/promises";
import { CheckoutPage, PAID } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

const BANK_MS = 16_000;
const AGAIN_MS = 6_000;

// pagarme/pagarme-magento#299: a slow bank, a platform that gave up (ours after 4 s), and a buyer who paid again.
test("the bank is 16 s slow and the buyer presses again after 6 s: same payment, no screen calls it failed, charged once", async ({
  context,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
  processes,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  // Not a fault of the plan, which loses one answer: a bank that answers nobody, looks-up neither, and then everybody.
  const goOn = processes.freeze("bank");
  const other = new CheckoutPage(await context.newPage());
  try {
    const since = Date.now();
    await checkout.pay();
    // For a tenth of a second: after 4 s the shop gives up on its bank as well, and the page asks again.
    await expect.poll(() => checkout.states()).toContain("slow");
    await sleep(AGAIN_MS - (Date.now() - since));
    await checkout.main.getByRole("button", { name: /^(Ask now|Check now|Check again)$/ }).click();
    await other.visit(orderId);
    await expect(other.main.getByRole("status")).toContainText(/asking again|being paid|know yet/);
    await expect(other.payButton, "a second way to pay").toHaveCount(0);
    await sleep(BANK_MS - (Date.now() - since));
    expect(await bank.charges(orderId), "nobody was answered yet").toEqual([]);
  } finally {
    goOn();
  }
  await checkout.ends(PAID);
  await other.ends(PAID);
  for (const page of [checkout, other]) await page.neverSaidFailed();

  expect(sends.length).toBeGreaterThan(1);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
