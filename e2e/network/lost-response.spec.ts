import { expect, test } from "../fixtures/test.ts";

test("an answer that the server lost is asked for again and charged once", async ({
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("lose-response@1");
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("paid-replayed");
  await checkout.neverSaidFailed();

  expect(await arrivals.faults(orderId)).toEqual(["lose-response"]);
  expect(await arrivals.count(orderId)).toBe(2);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await arrivals.executions(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("seven answers lost in a row are one charge, and the page finds out by itself", async ({
  shop,
  bank,
  arrivals,
  checkout,
}) => {
  const { orderId } = await shop.order();
  await shop.arm("lose-response@1+2+3+4+5+6+7");
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("paid-replayed");
  await checkout.neverSaidFailed();

  const faults = await arrivals.faults(orderId);
  expect(faults.length).toBeGreaterThanOrEqual(3);
  expect(new Set(faults)).toEqual(new Set(["lose-response"]));
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("an answer lost on the way to the page was a run on the server, and is charged once", async ({
  shop,
  bank,
  arrivals,
  network,
  checkout,
}) => {
  const { orderId } = await shop.order();
  const lost = await network.loseAnswer(orderId, 2);
  await checkout.open(orderId);
  await checkout.pay();
  await checkout.ends("paid-replayed");
  await checkout.neverSaidFailed();

  expect(lost, "the second answer was the saved one").toEqual({ times: 2, executions: [1, 0] });
  expect(await arrivals.count(orderId)).toBe(3);
  expect(await arrivals.keys(orderId)).toHaveLength(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
