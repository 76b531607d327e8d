import { expect, test } from "../fixtures/test.ts";

// dancerfly/django-brambling#658: quick clicks made four transactions.
test("a double click on Pay sends once and is charged once", async ({
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("delay-response=600");
  await checkout.open(orderId);
  await checkout.payButton.dblclick();
  await checkout.ends("paid");

  expect(sends).toHaveLength(1);
  expect(await arrivals.count(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("four clicks in 150 ms send once and are charged once", async ({
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("delay-response=600");
  await checkout.open(orderId);
  await checkout.payButton.click({ clickCount: 4, delay: 10 });
  await checkout.ends("paid");

  expect(sends).toHaveLength(1);
  expect(await arrivals.count(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("clicks by a script that takes the button's guard off are one intent, charged once", async ({
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  await checkout.payButton.evaluate((button: HTMLButtonElement) => {
    for (let click = 0; click < 4; click += 1) {
      button.removeAttribute("aria-disabled");
      button.click();
    }
  });
  await checkout.ends(/^paid(-replayed)?$/);

  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("four clicks by a script on Buy are one order, charged once", async ({
  page,
  shop,
  checkout,
}) => {
  await page.goto("/");
  const buy = page.getByRole("button", { name: "Buy Kettle" });
  await expect(buy).not.toHaveAttribute("aria-disabled");
  await buy.evaluate((button: HTMLButtonElement) => {
    for (let click = 0; click < 4; click += 1) button.click();
  });
  await expect(page).toHaveURL(/\/checkout\//);
  await checkout.pay();
  await checkout.ends("paid");
  await page.goBack();
  await expect(page).toHaveURL("/");

  const statement = await shop.api.audit.bankStatement.query();
  expect(statement.map(({ status }) => status)).toEqual(["succeeded"]);
});

test("Enter held down on Pay sends once and is charged once", async ({
  page,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("delay-response=600");
  await checkout.open(orderId);
  await checkout.payButton.focus();
  // A key that goes down again without having come up is what the keyboard sends while it is held.
  for (let repeat = 0; repeat < 12; repeat += 1) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await checkout.ends("paid");

  expect(sends).toHaveLength(1);
  expect(await arrivals.count(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
