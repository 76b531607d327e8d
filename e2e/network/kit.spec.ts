import { FlakyNetwork } from "../fixtures/network.ts";
import { expect, flaky, pay, test, workUnderAWorker } from "../fixtures/stranger.ts";

// What each fault is, on a shop that is not ours. What turns a test red is in kit-known-bad.spec.ts.

test("the cookie of a lost answer reaches neither the page nor its retry", async ({
  page,
  context,
  shop,
  network,
}) => {
  await context.addCookies([{ name: "buyer", value: "ada", url: shop.url }]);
  const lost = await network.loseAnswer("A");
  expect(await pay(page, "A")).toBe("nothing");
  expect(await page.evaluate(() => document.cookie)).toBe("buyer=ada");
  expect(await pay(page, "A")).toBe("paid 2");

  expect(lost).toEqual({ times: 1, executions: [1] });
  expect(shop.received.map(({ cookie }) => cookie)).toEqual(["buyer=ada", "buyer=ada"]);
  expect(await page.evaluate(() => document.cookie), "of the answer that came").toContain("paid=A");
});

test("the page hears the second of two deliveries, its cookie and all", async ({
  page,
  network,
}) => {
  const twice = await network.deliverTwice("A");
  expect(await pay(page, "A")).toMatch(/^paid [12]$/);
  expect(await page.evaluate(() => document.cookie)).toBe("paid=A");
  expect(twice).toEqual({ times: 1, executions: [2] });
});

test("a request that a service worker passes on meets the fault as the page's own would", async ({
  browser,
  shop,
}) => {
  const context = await browser.newContext({ serviceWorkers: "allow" });
  const page = await context.newPage();
  await page.goto(shop.url);
  await workUnderAWorker(page);
  const network = flaky(context, shop);
  const lost = await network.loseAnswer("A");
  expect(await pay(page, "A")).toBe("nothing");
  await network.end();
  expect(lost).toEqual({ times: 1, executions: [1] });
  await context.close();
});

test("a second tab meets the fault as the first one would", async ({ context, shop, network }) => {
  const lost = await network.loseAnswer("A");
  const other = await context.newPage();
  await other.goto(shop.url);
  expect(await pay(other, "A")).toBe("nothing");
  expect(lost).toEqual({ times: 1, executions: [1] });
});

test("another order's request does not meet this order's fault", async ({
  page,
  shop,
  network,
}) => {
  const lost = await network.loseRequest("A");
  expect(await pay(page, "B")).toBe("paid 1");
  expect(lost.times).toBe(0);
  expect(await pay(page, "A")).toBe("nothing");
  expect(shop.received.map(({ order }) => order)).toEqual(["B"]);
});

test("an order is found by its id in the address or in the body, if nothing else is said", async ({
  page,
  context,
  shop,
}) => {
  const network = new FlakyNetwork(context, { url: "**/pay*", executions: shop.executions });
  const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
  await network.loseRequest(one, 2);
  const inBody = (body: string) =>
    fetch("/pay", { method: "POST", body }).then(
      ({ ok }) => ok,
      () => false,
    );
  expect(await page.evaluate(inBody, JSON.stringify({ orderId: one }))).toBe(false);
  expect(await page.evaluate(inBody, JSON.stringify({ orderId: other }))).toBe(true);
  expect(await pay(page, one)).toBe("nothing");
  await network.end();
});

test("while the browser is offline nothing passes, and the fault waits for what comes after", async ({
  page,
  context,
  shop,
  network,
}) => {
  const lost = await network.loseAnswer("A");
  await context.setOffline(true);
  expect(await pay(page, "A")).toBe("nothing");
  expect(shop.received).toEqual([]);
  expect(lost.times).toBe(0);
  await context.setOffline(false);
  expect(await pay(page, "A")).toBe("nothing");
  expect(lost).toEqual({ times: 1, executions: [1] });
});

test("a redirect is lost like any answer: nobody follows it", async ({ page, shop, network }) => {
  await network.loseAnswer("A");
  expect(await pay(page, "A", "moved")).toBe("nothing");
  expect(shop.received).toHaveLength(1);
  expect(shop.visited).not.toContain("/thanks");
});

test("of two lost answers of a shop that replays, the second was no execution", async ({
  page,
  network,
}) => {
  const lost = await network.loseAnswer("A", 2);
  for (let sent = 0; sent < 2; sent += 1)
    expect(await pay(page, "A", "remembered")).toBe("nothing");
  expect(lost).toEqual({ times: 2, executions: [1, 0] });
});

test("faults are met in the order they were armed: the answer is lost, then the retry's request", async ({
  page,
  shop,
  network,
}) => {
  const answer = await network.loseAnswer("A");
  const request = await network.loseRequest("A");
  expect(await pay(page, "A")).toBe("nothing");
  expect([answer.times, request.times, shop.received.length]).toEqual([1, 0, 1]);
  expect(await pay(page, "A")).toBe("nothing");
  expect(await pay(page, "A")).toBe("paid 2");
  expect(answer).toEqual({ times: 1, executions: [1] });
  expect(request).toEqual({ times: 1, executions: [0] });
});

for (const how of ["gives up", "reloads"] as const) {
  test(`a page that ${how} in mid-fault changes nothing: the answer was lost`, async ({
    page,
    shop,
    network,
  }) => {
    const lost = await network.loseAnswer("A");
    await page.evaluate(() => {
      const signal = AbortSignal.timeout(300);
      const gaveUp = () => (document.title = "Gave up");
      void fetch("/pay?order=A&how=held", { method: "POST", signal }).catch(gaveUp);
    });
    await expect.poll(() => shop.received.length).toBe(1);
    if (how === "reloads") await page.reload();
    else await expect(page).toHaveTitle("Gave up");
    expect(lost.executions, "still in flight").toEqual([]);
    shop.letGo();
    await network.end();
    expect(lost).toEqual({ times: 1, executions: [1] });
  });
}
