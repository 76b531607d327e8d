import { PAID } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

// TanStack/query#9769, #4906: what was pressed offline left by itself later, sometimes twice.
for (const [away, name] of [
  ["01:00", "a minute"],
  ["40:00", "forty minutes"],
] as const) {
  test(`Pay pressed offline sends nothing, not even after ${name} online, until it is pressed again`, async ({
    page,
    context,
    shop,
    bank,
    arrivals,
    sends,
    checkout,
  }) => {
    const { orderId } = await shop.order();
    await page.clock.install();
    await checkout.open(orderId);
    await context.setOffline(true);
    await checkout.payButton.dblclick();
    await checkout.ends("offline");
    await context.setOffline(false);
    await page.clock.fastForward(away);

    expect(sends).toEqual([]);
    expect(await arrivals.count(orderId)).toBe(0);
    expect(await bank.charges(orderId)).toEqual([]);

    await page.getByRole("button", { name: "Try again" }).click();
    await checkout.ends("paid");
    expect(await arrivals.count(orderId)).toBe(1);
    expect(await bank.charges(orderId)).toHaveLength(1);
  });
}

// microsoft/playwright#2311: "offline" alone does not lose the answer of a request in flight.
test("offline in mid-flight is unknown, never failed, and coming back finds the one charge", async ({
  context,
  shop,
  bank,
  arrivals,
  network,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order();
  const lost = await network.goOfflineInFlight(orderId);
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("unknown");
  await checkout.says("Don't start a new payment");
  await context.setOffline(false);
  await checkout.ends(PAID);
  await checkout.neverSaidFailed();

  expect(lost).toEqual({ times: 1, executions: [1] });
  expect(sends).toHaveLength(1);
  expect(await arrivals.count(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

for (const [where, width, height] of [
  ["a small desk", 1280, 720],
  ["a phone", 390, 740],
] as const) {
  test(`in doubt, what to do is seen without scrolling on ${where}`, async ({
    page,
    shop,
    network,
    checkout,
  }) => {
    await page.setViewportSize({ width, height });
    const { orderId } = await shop.order();
    const lost = await network.goOfflineInFlight(orderId);
    await checkout.open(orderId);
    await checkout.pay();
    await checkout.ends("unknown");
    expect(lost).toEqual({ times: 1, executions: [1] });
    await page.evaluate(() => scrollTo(0, 0));
    for (const way of [
      page.getByRole("heading", { name: "We don't know yet if you were charged" }),
      page.getByText("If you were charged, checking shows it.").first(),
      page.getByRole("button", { name: "Check again" }),
    ])
      await expect(way).toBeInViewport({ ratio: 1 });
  });
}
