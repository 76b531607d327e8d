import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "../fixtures/test.ts";

const LEASE_MS = 6_000;

test("kill -9 of the web between the bank's charge and our commit: same key, same payment, one charge", async ({
  shop,
  bank,
  processes,
}) => {
  const { orderId, total } = await shop.order();
  const pay = { orderId, idempotencyKey: crypto.randomUUID(), amount: total };
  const lost = shop.pay({ ...pay, plan: "stall-after-provider=20000@1" });
  const outcome = lost.then(
    ({ text }) => text,
    (error: Error) => error,
  );
  await expect.poll(() => bank.charges(orderId)).toHaveLength(1);
  expect(
    await shop.api.orders.get.query({ orderId }),
    "charged, and not written down",
  ).toMatchObject({
    status: "draft",
    ledger: [],
  });
  const pid = processes.kill("web");
  expect(await outcome, "the client's connection died with it").toBeInstanceOf(Error);
  await processes.healed("web", pid);

  const answer = await shop.payUntilAnswered(pay);
  expect(answer.status).toBe(200);
  expect((await shop.pay(pay)).text).toBe(answer.text);
  expect(await bank.charges(orderId)).toHaveLength(1);
  expect((await shop.api.orders.get.query({ orderId })).ledger).toHaveLength(2);
});

test("kill -9 of the web, and the client never comes back: the worker finishes within lease and 5 s", async ({
  shop,
  bank,
  processes,
}) => {
  const { orderId, total } = await shop.order();
  const idempotencyKey = crypto.randomUUID();
  const plan = "stall-after-provider=20000@1";
  const lost = shop.pay({ orderId, idempotencyKey, amount: total, plan }).catch(() => undefined);
  await expect.poll(() => bank.charges(orderId)).toHaveLength(1);
  const pid = processes.kill("web");
  await lost;
  const since = Date.now();
  await processes.healed("web", pid);
  const status = async () => (await shop.api.checkout.status.query({ idempotencyKey })).state;
  await expect.poll(status).toBe("completed");

  // When it was written, not when it could be asked: the supervisor waits longer after each of many deaths.
  const { ledger } = await shop.api.orders.get.query({ orderId });
  const writtenMs = ledger.map(({ at }) => Date.parse(at) - since);
  expect(writtenMs).toHaveLength(2);
  expect(Math.max(...writtenMs)).toBeLessThanOrEqual(LEASE_MS + 5_000);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a web process that is stopped for longer than its lease and comes back writes nothing: its caller is told what another recorded", async ({
  shop,
  bank,
  processes,
}) => {
  const { orderId, total } = await shop.order();
  const pay = { orderId, idempotencyKey: crypto.randomUUID(), amount: total };
  const stalled = shop.pay({ ...pay, plan: "stall-after-provider=1000@1" });
  await expect.poll(() => bank.charges(orderId)).toHaveLength(1);
  // The worker takes over what nobody seems to run, a second after its lease at the latest.
  const goOn = processes.freeze("web");
  await sleep(LEASE_MS + 2_500).finally(goOn);

  const answer = await stalled;
  expect(answer).toMatchObject({ status: 200, replayed: "true" });
  expect(answer.headers.get("idempotency-attempt")).toBe("2");
  expect((await shop.pay(pay)).text).toBe(answer.text);
  expect(await bank.charges(orderId)).toHaveLength(1);
  expect((await shop.api.orders.get.query({ orderId })).ledger).toHaveLength(2);
});
