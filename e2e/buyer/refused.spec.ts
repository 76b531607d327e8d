import { expect, test } from "../fixtures/test.ts";
import { Shop } from "../fixtures/shop.ts";

test("a total that changed under the buyer is not charged until the new one is confirmed", async ({
  page,
  shop,
  bank,
  arrivals,
  sends,
  checkout,
}) => {
  const { orderId } = await shop.order("mug", 1);
  await checkout.open(orderId);
  // Somebody else with this account changes the order; the page still shows €24.00.
  await shop.api.orders.save.mutate({ orderId, items: [{ sku: "mug", quantity: 2 }] });
  await page.getByRole("button", { name: "Pay €24.00" }).click();
  await checkout.ends("price-changed");
  await checkout.says("It was €24.00, it is €48.00 now.");
  expect(await bank.charges(orderId)).toEqual([]);

  await page.getByRole("button", { name: "Pay €48.00" }).click();
  await checkout.ends("paid");
  expect(await arrivals.count(orderId)).toBe(2);
  expect(new Set(sends.map(({ key }) => key)).size, "a refused request uses no key up").toBe(1);
  expect(await bank.charges(orderId)).toMatchObject([{ amount: 4800 }]);
});

test("another account's order is not there: not in the page, not by the API, not to be paid", async ({
  page,
  baseURL,
  shop,
  bank,
  checkout,
}) => {
  const stranger = await Shop.open(String(baseURL));
  const { orderId, total } = await stranger.order();
  await checkout.visit(orderId);
  await checkout.ends("empty");
  await expect(page.getByRole("heading", { name: "There is no such order here" })).toBeVisible();
  await expect(checkout.payButton).toHaveCount(0);

  await expect(shop.api.orders.get.query({ orderId })).rejects.toThrow("no such order");
  const idempotencyKey = crypto.randomUUID();
  const answer = await shop.pay({ orderId, idempotencyKey, amount: total });
  expect(answer.status).toBe(404);
  expect(await bank.charges(orderId)).toEqual([]);

  // Neither was the key used up, nor the order held.
  const own = await stranger.payUntilAnswered({ orderId, idempotencyKey, amount: total });
  expect(own.status).toBe(200);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a browser that refuses to store anything pays once, and says what it cannot keep", async ({
  page,
  context,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  await context.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("refused", "SecurityError");
    };
    Object.defineProperty(window, "localStorage", { get: refuse });
  });
  const { orderId } = await shop.order();
  await shop.arm("lose-response@1+2");
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends(/^paid(-replayed)?$/);
  await expect(page.getByText("This browser keeps nothing")).toBeVisible();

  expect(await arrivals.faults(orderId)).toEqual(["lose-response", "lose-response"]);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a reload without storage still finds the payment under way, by the tab's own history", async ({
  page,
  context,
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  await context.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  const { orderId } = await shop.order();
  await shop.arm("stall-after-claim=1500@1");
  await checkout.open(orderId);
  await checkout.pay();
  await expect.poll(() => arrivals.executions(orderId)).toBe(1);
  await page.reload();
  await checkout.ends(/paid/);

  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a storage that is full in mid-payment makes no decline of a paid order", async ({
  page,
  context,
  shop,
  bank,
  checkout,
}) => {
  await context.addInitScript(() => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (name, text) {
      if (name.startsWith("payonce.intent.") && this.getItem(name) !== null)
        throw new DOMException("full", "QuotaExceededError");
      setItem.call(this, name, text);
    };
  });
  const { orderId } = await shop.order();
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("paid");
  await expect(page.getByText("This browser keeps nothing")).toBeVisible();
  await page.reload();
  await checkout.ends(/paid/);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a request that was refused as broken names its code and the server's trace id, to copy", async ({
  page,
  context,
  shop,
  bank,
  checkout,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { orderId } = await shop.order();
  let trace = "";
  await page.route("**/api/trpc/checkout.pay", async (route) => {
    const headers = { ...route.request().headers(), "idempotency-key": "not-a-key" };
    const response = await route.fetch({ headers });
    trace = String(response.headers()["x-trace-id"]);
    await route.fulfill({ response });
  });
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("broken");
  await checkout.says("This request did not charge you.");
  expect(trace).toMatch(/^[0-9a-f]{32}$/);
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `Code KEY_INVALID · trace ${trace}`,
  );
  expect(await bank.charges(orderId)).toEqual([]);
});
