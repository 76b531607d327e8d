import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { rowOf } from "../test-kit/answer-row.ts";
import { booksOf, paidOnce, traceOf, untouched } from "../test-kit/books.ts";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

// What is looked at here is who waits for whom, not for how long: the tests' own limits are those of an idle machine.
const stack = stackUnderTest({ instances: 2 });
const THREE_TEAS = [{ sku: "tea", quantity: 3 }];

async function itemsOf(orderId: string): Promise<unknown> {
  const [row] = await stack.sql`select items from orders where order_id = ${orderId}`;
  return row?.["items"];
}

test("an order saved twice under its own id is one row, priced by the server", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const orderId = uuidv7();
  await buyer.saves(undefined, orderId);
  const payment = await buyer.saves(THREE_TEAS, orderId);
  expect(payment.expectedTotal).toEqual({ amount: 2_997, currency: "EUR" });
  const rows = await stack.sql`select 1 from orders where order_id = ${orderId}`;
  expect(rows).toHaveLength(1);
  expect(await itemsOf(orderId)).toEqual(THREE_TEAS);
});

test("an address stays with its order until another one, or none, is saved", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const orderId = uuidv7();
  const items = THREE_TEAS;
  const emailAfter = async (given: { email?: string }) => {
    const { status } = await buyer.mutate("orders.save", { orderId, items, ...given });
    expect(status).toBe(200);
    const [row] = await stack.sql`select email from orders where order_id = ${orderId}`;
    return row?.["email"];
  };
  expect(await emailAfter({ email: "ada@example.com" })).toBe("ada@example.com");
  expect(await emailAfter({})).toBe("ada@example.com");
  expect(await emailAfter({ email: "" })).toBeNull();
  expect((await buyer.mutate("orders.save", { orderId, items, email: "ada@" })).status).toBe(400);
});

test("a save that waits in vain for the order's row is run again, and the buyer hears nothing of it", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const orderId = uuidv7();
  expect((await buyer.mutate("orders.save", { orderId, items: THREE_TEAS })).status).toBe(200);
  let saving: ReturnType<typeof buyer.mutate> | undefined;
  await stack.sql.begin(async (tx) => {
    await tx`select 1 from orders where order_id = ${orderId} for update`;
    saving = buyer.mutate("orders.save", { orderId, items: THREE_TEAS });
    // Longer than one wait for a lock, which is a second.
    await tx`select pg_sleep(1.2)`;
  });
  expect((await saving)?.status).toBe(200);
});

test("20 saves at once of one new order are 20 answers and one row", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const orderId = uuidv7();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      buyer.mutate(
        "orders.save",
        { orderId, items: THREE_TEAS },
        { to: stack.instances[at % 2] ?? stack.services },
      ),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(await stack.sql`select 1 from orders where order_id = ${orderId}`).toHaveLength(1);
});

test.each<[string, unknown]>([
  ["no items", []],
  [
    "a sku twice",
    [
      { sku: "tea", quantity: 1 },
      { sku: "tea", quantity: 1 },
    ],
  ],
  ["a sku that is not sold", [{ sku: "gold", quantity: 1 }]],
  ["none of it", [{ sku: "tea", quantity: 0 }]],
  ["less than none", [{ sku: "tea", quantity: -1 }]],
  ["half of it", [{ sku: "tea", quantity: 0.5 }]],
  ["100 of it", [{ sku: "tea", quantity: 100 }]],
  ["a price of the buyer's own", [{ sku: "tea", quantity: 1, unitAmount: 1 }]],
  ["SQL for a sku", [{ sku: "tea' or true --", quantity: 1 }]],
])("an order of %s is 400 and not saved", async (_what, items) => {
  const buyer = await Buyer.arrives(stack.services);
  const orderId = uuidv7();
  const refused = await buyer.mutate("orders.save", { orderId, items });
  expect(refused.status, refused.text).toBe(400);
  expect(await itemsOf(orderId)).toBeUndefined();
});

test("while an intent holds the order it cannot be changed: ORDER_BUSY, and once it is paid ORDER_PAID", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const { orderId, idempotencyKey } = payment;
  const paying = buyer.pays(payment, { headers: { "x-fault-plan": "stall-after-claim=600@1" } });
  await expect.poll(() => traceOf(stack.sql, idempotencyKey)).toEqual({ keys: 1, steps: 1 });

  for (const code of ["ORDER_BUSY", "ORDER_PAID"]) {
    const refused = await buyer.mutate("orders.save", { orderId, items: THREE_TEAS });
    expect(rowOf(refused)).toMatchObject({ http: 409, trpc: "CONFLICT", code, sameKey: false });
    expect(refused.error?.idempotency?.intentId).toBe(idempotencyKey);
    expect(await itemsOf(orderId)).toEqual([{ sku: "tea", quantity: 2 }]);
    await paying;
  }
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
});

test("an order whose outcome is unknown cannot be changed either; released or declined it can", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const saveAgain = ({ orderId }: Payment) =>
    buyer.mutate("orders.save", { orderId, items: THREE_TEAS });
  const unknown = await buyer.saves();
  await buyer.pays(unknown, { headers: { "x-fault-plan": "provider-error@1" } });
  expect(rowOf(await saveAgain(unknown))).toMatchObject({ code: "ORDER_BUSY" });

  const released = await buyer.saves();
  await buyer.pays(released, { headers: { "x-fault-plan": "provider-unreachable@1" } });
  expect((await saveAgain(released)).status).toBe(200);

  const declined = { ...(await buyer.saves()), paymentMethod: "pm_card_chargeDeclined" };
  await buyer.pays(declined);
  expect((await saveAgain(declined)).status).toBe(200);
  expect(await booksOf(stack.sql, declined.orderId)).toEqual({ ...untouched, declines: 1 });
});

test("a payment that waits for a save is asked for the total of what was saved", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  let locked = () => {};
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const saving = stack.sql.begin(async (tx) => {
    await tx`update orders set items = ${JSON.stringify(THREE_TEAS)}::text::jsonb where order_id = ${payment.orderId}`;
    locked();
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  await isLocked;
  const answer = await buyer.pays(payment);
  await saving;
  expect(rowOf(answer)).toMatchObject({ http: 409, code: "PRICE_CHANGED" });
  expect(await booksOf(stack.sql, payment.orderId)).toEqual(untouched);
});

test("a save and a payment at the same moment: whatever wins, what was charged is what the order says, 60 times over", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const seen = new Set<string>();
  for (let round = 0; round < 12; round += 1) {
    await Promise.all(
      Array.from({ length: 5 }, async (_, at) => {
        const payment = await buyer.saves();
        const save = async () => {
          // Spread over the time that a claim takes, so that both orders of events happen: a save is one statement.
          await new Promise((resolve) => setTimeout(resolve, ((round + at) % 6) * 8));
          return await buyer.mutate(
            "orders.save",
            { orderId: payment.orderId, items: THREE_TEAS },
            { to: stack.instances[1] ?? stack.services },
          );
        };
        const [paid, saved] = await Promise.all([buyer.pays(payment), save()]);
        const codes = [paid, saved].map(({ status, error }) =>
          status === 200 ? "done" : (error?.idempotency?.code ?? `${status}`),
        );
        seen.add(codes.join("/"));
        expect([
          ["done", "ORDER_BUSY"],
          ["done", "ORDER_PAID"],
          ["PRICE_CHANGED", "done"],
        ]).toContainEqual(codes);
        expect(await booksOf(stack.sql, payment.orderId)).toEqual(
          codes[0] === "done" ? paidOnce() : untouched,
        );
        expect(await itemsOf(payment.orderId)).toEqual(
          codes[0] === "done" ? [{ sku: "tea", quantity: 2 }] : THREE_TEAS,
        );
      }),
    );
  }
  expect(seen.has("PRICE_CHANGED/done"), "a save won").toBe(true);
  expect(seen.size, "and a payment won").toBeGreaterThan(1);
});
