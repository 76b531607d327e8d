import { expect, test } from "../fixtures/test.ts";

test("a request that the server dropped unread is sent again and charged once", async ({
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("lose-request@1");
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends(/^paid(-replayed)?$/);
  await checkout.neverSaidFailed();

  expect(await arrivals.faults(orderId)).toEqual(["lose-request"]);
  expect(await arrivals.count(orderId)).toBe(2);
  expect(await arrivals.executions(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a request that never left for the server ran nothing, and its retry is charged once", async ({
  shop,
  bank,
  arrivals,
  network,
  checkout,
}) => {
  const { orderId } = await shop.order();
  const lost = await network.loseRequest(orderId, 2);
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("paid");

  expect(lost).toEqual({ times: 2, executions: [0, 0] });
  expect(await arrivals.count(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
