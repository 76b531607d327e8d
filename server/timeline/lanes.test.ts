import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, refundOf, refunds } from "../test-kit/refunds.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { arrive } from "./arrive.ts";
import { listEvents } from "./list-events.ts";

const stack = stackUnderTest();
const headers = (attempt: string) => new Headers({ "X-Client-Attempt": attempt, cookie: "secret" });

test("one key in two lanes is two stories, and each counts its own arrivals", async () => {
  const { account, db, key, orderId } = await payment();
  const given = { account, key, orderId, headers: headers("1;by=you;tab=ab12") };
  const first = await arrive(db, { ...given, lane: "naive" });
  const again = await arrive(db, { ...given, lane: "naive" });
  const other = await arrive(db, given);
  expect([first, again, other].map(({ arrival, sentBy }) => [arrival, sentBy])).toEqual([
    [1, "you"],
    [2, "browser"],
    [1, "you"],
  ]);
  const lanes = async (lane?: string) =>
    (await listEvents(db, account, { orderId, lane })).map((event) => event.lane);
  expect(await lanes("naive")).toEqual(["naive", "naive"]);
  expect(await lanes("idempotent")).toEqual(["idempotent"]);
  expect(await lanes()).toHaveLength(3);
});

test("a line tells the headers that speak of the payment, and no cookie", async () => {
  const { account, db, key, orderId } = await payment();
  await arrive(db, { account, key, orderId, headers: headers("3;by=app;tab=ab12") });
  const [event] = await listEvents(db, account, { orderId });
  expect(event?.detail?.headers).toEqual({ "x-client-attempt": "3;by=app;tab=ab12" });
  expect(event).toMatchObject({ clientAttempt: "3", sentBy: "app", lane: "idempotent" });
});

test("each answer is told by the SHA-256 of the bytes that left, and a replay has the same", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const bought = await buyer.saves();
  const answers = [await buyer.pays(bought), await buyer.pays(bought)];
  const events = await listEvents(stack.services.pool.db, buyer.account, bought);
  const told = events
    .filter(({ point }) => point === "answered")
    .map(({ detail }) => detail?.answer?.sha256);
  const left = answers.map(({ text }) => createHash("sha256").update(text).digest("hex"));
  expect(told).toEqual(left);
  expect(new Set(told).size).toBe(1);
});

test("a commit is told with the statement that made it, and with the fingerprint of its request", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const bought = await buyer.saves();
  await buyer.pays(bought);
  const events = await listEvents(stack.services.pool.db, buyer.account, bought);
  const [row] = await stack.sql`
    select fingerprint from idempotency_keys where key = ${bought.idempotencyKey}`;
  const commit = events.find(({ point }) => point === "after-commit");
  expect(commit?.detail?.statements?.map(({ sql }) => sql).join()).toContain("'completed'");
  expect(String(row?.["fingerprint"]).startsWith(String(commit?.detail?.fingerprint))).toBe(true);
});

test("a dead attempt answers nobody, also when its deadline is over", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const bought = await buyer.saves();
  const headers = { "x-fault-plan": "crash-after-claim@1" };
  await expect(buyer.pays(bought, { headers })).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, stack.services.timings.httpMs + 1_000));
  const points = (await listEvents(stack.services.pool.db, buyer.account, bought)).map(
    ({ point }) => point,
  );
  expect(points).toEqual(["arrived", "after-claim", "fault"]);
});

test("a chance tells its draw, whether the fault happened or passed", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const bought = await buyer.saves();
  const headersOf = (plan: string) => ({ headers: { "x-fault-plan": plan } });
  await buyer.pays(bought, headersOf("delay-response=1@%100#7,delay-request=1@%0#7"));
  const events = await listEvents(stack.services.pool.db, buyer.account, bought);
  const decisions = events.flatMap(({ point, detail }) =>
    detail?.fault ? [{ point, ...detail.fault }] : [],
  );
  expect(decisions).toHaveLength(2);
  for (const { point, happened, draw, decision, seed, probability } of decisions) {
    expect(point).toBe(happened ? "fault" : "spared");
    expect(seed).toBe("7");
    expect(Number(draw) < Number(probability)).toBe(happened);
    expect(decision).toMatch(happened ? /^seed 7 · draw 0\.\d\d < 1\.00$/ : /≥ 0\.00$/);
  }
});

async function payment() {
  const buyer = await Buyer.arrives(stack.services);
  const { idempotencyKey: key, orderId } = await buyer.saves();
  return { account: buyer.account, db: stack.services.pool.db, key, orderId };
}

test("who presses Refund is not told to have pressed Pay", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const { chargeId } = await buysTea(buyer);
  const call = refundOf(chargeId);
  const pressed = { headers: { "x-client-attempt": "1;by=you;tab=ab12" } };
  expect((await refunds(buyer, call, pressed)).status).toBe(200);
  const { idempotencyKey } = call;
  const [arrived] = await listEvents(stack.services.pool.db, buyer.account, { idempotencyKey });
  expect(arrived?.text).toBe("You pressed Refund: the request arrived");
});
