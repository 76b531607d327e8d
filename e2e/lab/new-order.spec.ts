import { capturesOf, LabPage } from "../fixtures/lab-page.ts";
import { expect, test } from "../fixtures/test.ts";

test("a press of Pay while a new order is on its way does not pay the old one in its place", async ({
  page,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("", "?m=split");
  const old = await lab.orderId("");
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  await page.route("**/api/trpc/orders.save*", async (route) => {
    await gone;
    await route.continue();
  });
  await page.getByRole("button", { name: "New order", exact: true }).click();
  const pay = page.locator("#checkout").getByRole("button", { name: /^Pay/ });
  await expect(pay).toHaveAttribute("aria-disabled");
  await pay.dispatchEvent("click");
  letGo();
  await lab.ready();
  expect(await lab.orderId("")).not.toBe(old);
  await lab.pay();
  await lab.settled("idempotent");

  const fresh = await lab.orderId("");
  for (const lane of ["naive", "idempotent"]) {
    expect(await capturesOf(old, lane), `the old order, ${lane}`).toBe(0);
    await expect.poll(() => capturesOf(fresh, lane)).toBe(1);
  }
});
