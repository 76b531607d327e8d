import { expect, test } from "../fixtures/test.ts";

test("a request that the network delivers twice at once is charged once", async ({
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("deliver-twice@1");
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends(/^paid(-replayed)?$/);

  expect(await arrivals.senders(orderId)).toEqual(["you", "fault"]);
  expect(await arrivals.executions(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("two copies of one request from outside the server are charged once", async ({
  shop,
  bank,
  arrivals,
  network,
  checkout,
}) => {
  const { orderId } = await shop.order();
  const twice = await network.deliverTwice(orderId);
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends(/^paid(-replayed)?$/);

  expect(twice).toEqual({ times: 1, executions: [1] });
  expect(await arrivals.count(orderId)).toBe(2);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
