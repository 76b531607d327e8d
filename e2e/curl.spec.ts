import { Shop } from "./fixtures/shop.ts";
import { expect, test } from "./fixtures/test.ts";

// What one can do with curl alone: a cookie, an order, a payment, and the same payment again.

test("a payment sent again under its key is answered with the same bytes and charged once", async ({
  shop,
  bank,
}) => {
  const { orderId, total } = await shop.order("tea", 2);
  expect(total).toBe(1998);
  const pay = { orderId, idempotencyKey: crypto.randomUUID(), amount: total };
  const first = await shop.pay(pay);
  expect(first.status).toBe(200);
  expect(first.replayed).toBe("false");
  expect(JSON.parse(first.text).result.data).toMatchObject({
    status: "paid",
    orderId,
    amount: 1998,
  });

  for (const again of [await shop.pay(pay), await shop.pay(pay)]) {
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(again.replayed).toBe("true");
    expect(again.headers.get("idempotency-key")).toBe(pay.idempotencyKey);
  }
  expect(await bank.charges(orderId)).toMatchObject([{ amount: 1998 }]);
});

test("the same payment twenty times at once is one charge and one answer", async ({
  shop,
  bank,
  arrivals,
}) => {
  const { orderId, total } = await shop.order();
  const pay = { orderId, idempotencyKey: crypto.randomUUID(), amount: total };
  const answers = await Promise.all(Array.from({ length: 20 }, () => shop.payUntilAnswered(pay)));

  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(answers.filter(({ replayed }) => replayed === "false")).toHaveLength(1);
  expect(await arrivals.count(orderId)).toBeGreaterThanOrEqual(20);
  expect(await arrivals.executions(orderId)).toBe(1);
  expect(await bank.charges(orderId)).toHaveLength(1);
  const statement = await shop.api.audit.bankStatement.query();
  expect(statement.filter((charge) => charge.orderId === orderId)).toHaveLength(1);
});

test("a key that comes back with another amount is refused and changes nothing", async ({
  shop,
  bank,
}) => {
  const { orderId, total } = await shop.order();
  const pay = { orderId, idempotencyKey: crypto.randomUUID(), amount: total };
  const first = await shop.pay(pay);
  const other = await shop.pay({ ...pay, amount: total + 1 });
  expect(other.status).toBe(422);
  expect(JSON.parse(other.text).error.data.idempotency).toMatchObject({
    code: "KEY_REUSED",
    retryable: false,
    sameKey: false,
  });
  expect((await shop.pay(pay)).text).toBe(first.text);
  expect(await bank.charges(orderId)).toMatchObject([{ amount: total }]);
});

test("a key used under another account shows no trace of its first use", async ({
  baseURL,
  shop,
  bank,
  arrivals,
}) => {
  const idempotencyKey = crypto.randomUUID();
  const mine = await shop.order();
  const first = await shop.pay({ ...mine, idempotencyKey, amount: mine.total });
  const stranger = await Shop.open(String(baseURL));
  expect(await stranger.api.checkout.status.query({ idempotencyKey })).toEqual({
    state: "never_seen",
  });
  const theirs = await stranger.order("tea");
  const second = await stranger.pay({ ...theirs, idempotencyKey, amount: theirs.total });

  expect(second.status).toBe(200);
  expect(second.replayed).toBe("false");
  const { chargeId, providerReference } = JSON.parse(first.text).result.data;
  for (const secret of [mine.orderId, chargeId, providerReference]) {
    expect(second.text).not.toContain(secret);
  }
  expect(await stranger.api.timeline.list.query({ orderId: mine.orderId })).toEqual([]);
  expect(await arrivals.count(mine.orderId)).toBe(1);
  expect(await bank.charges(mine.orderId)).toHaveLength(1);
  expect(await bank.charges(theirs.orderId)).toMatchObject([{ amount: 999 }]);
});

test("a client that is gone for good is charged once and its payment is finished within lease and 5 s", async ({
  shop,
  bank,
  arrivals,
}) => {
  const { orderId, total } = await shop.order();
  const idempotencyKey = crypto.randomUUID();
  const plan = "crash-after-provider@1";
  const since = Date.now();
  await expect(shop.pay({ orderId, idempotencyKey, amount: total, plan })).rejects.toThrow();
  const status = async () => (await shop.api.checkout.status.query({ idempotencyKey })).state;
  await expect.poll(status, { timeout: 11_000 - (Date.now() - since) }).toBe("completed");

  expect(await arrivals.senders(orderId), "one send, and nobody asked again").toEqual(["client"]);
  expect(await arrivals.executions(orderId)).toBe(2);
  expect(await bank.charges(orderId)).toHaveLength(1);
});
