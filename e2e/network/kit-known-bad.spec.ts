import type { FlakyNetwork } from "../fixtures/network.ts";
import { expect, flaky, pay, test } from "../fixtures/stranger.ts";

// A fault that did not happen has shown nothing. Each of these was green once; now its test is red.

const UNMET = /loseAnswer\(A\): met 0 of 1 times/;

// By the fixture, as whoever lifts it would have it: red when the test is over and all of its own lines were green.
test.fail("known bad: a fault that nothing meets", async ({ network }) => {
  await network.loseAnswer("A");
});

test("known bad: an address that is never asked for", async ({ page, context, shop }) => {
  const network = flaky(context, shop, { url: "**/payy*" });
  await network.loseAnswer("A");
  expect(await pay(page, "A")).toBe("paid 1");
  await expect(network.end()).rejects.toThrow(UNMET);
});

test("known bad: a fault for an order that nobody pays", async ({ page, context, shop }) => {
  const network = flaky(context, shop);
  await network.loseAnswer("A");
  expect(await pay(page, "B")).toBe("paid 1");
  await expect(network.end()).rejects.toThrow(UNMET);
});

test("known bad: two faults armed, one met", async ({ page, context, shop }) => {
  const network = flaky(context, shop);
  await network.loseAnswer("A", 2);
  expect(await pay(page, "A")).toBe("nothing");
  await expect(network.end()).rejects.toThrow(/loseAnswer\(A\): met 1 of 2 times/);
});

test("known bad: pressed offline alone", async ({ page, context, shop }) => {
  const network = flaky(context, shop);
  await network.loseAnswer("A");
  await context.setOffline(true);
  expect(await pay(page, "A")).toBe("nothing");
  await expect(network.end()).rejects.toThrow(UNMET);
});

const ARRIVING = {
  loseAnswer: (network: FlakyNetwork) => network.loseAnswer("A"),
  deliverTwice: (network: FlakyNetwork) => network.deliverTwice("A"),
  goOfflineInFlight: (network: FlakyNetwork) => network.goOfflineInFlight("A"),
};
for (const [name, arm] of Object.entries(ARRIVING)) {
  // One run of long ago is none of this fault.
  for (const runs of [0, 1]) {
    test(`known bad: ${name} where the server runs nothing, and had run ${runs} times`, async ({
      page,
      context,
      shop,
    }) => {
      const network = flaky(context, shop, { executions: () => Promise.resolve(runs) });
      const seen = await arm(network);
      expect(await pay(page, "A"), "the page is not left waiting").toBe("nothing");
      await expect(network.end()).rejects.toThrow(`${name}(A): the server never ran`);
      expect(seen).toEqual({ times: 1, executions: [0] });
    });
  }
}

test("known bad: a lost request whose order the server began all the same", async ({
  page,
  context,
  shop,
}) => {
  let asked = 0;
  const network = flaky(context, shop, { executions: () => Promise.resolve(asked++) });
  await network.loseRequest("A");
  expect(await pay(page, "A")).toBe("nothing");
  await expect(network.end()).rejects.toThrow("loseRequest(A): the server ran, and was not to");
});

test("known bad: an answer without an end is given up, and the page is not left waiting", async ({
  page,
  context,
  shop,
}) => {
  const network = flaky(context, shop, { answerMs: 500 });
  await network.loseAnswer("A");
  expect(await pay(page, "A", "streamed")).toBe("nothing");
  await expect(network.end()).rejects.toThrow(/loseAnswer\(A\): .*500ms/);
});

// The shop ran it as if nothing had been asked, and "in mid-fault" was before the fault or after it.
test("known bad: a way to be paid that the shop does not know", async ({ request, shop }) => {
  const answer = await request.post(`${shop.url}pay?order=A&how=slow`);
  expect(answer.status()).toBe(400);
  expect(await shop.executions("A")).toBe(0);
});

// It ended in the middle of the next test, which was the red one.
test("known bad: a test that is over before its fault is, is waited for and told what it was", async ({
  page,
  context,
  shop,
}) => {
  const network = flaky(context, shop, { executions: () => Promise.resolve(0) });
  const seen = await network.loseAnswer("A");
  const heard = pay(page, "A", "held");
  await expect.poll(() => shop.received.length).toBe(1);
  expect(seen.executions, "still in flight").toEqual([]);
  const ended = network.end();
  shop.letGo();
  await expect(ended).rejects.toThrow("loseAnswer(A): the server never ran");
  expect(await heard).toBe("nothing");
});
