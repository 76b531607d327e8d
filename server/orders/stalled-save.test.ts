import { SQL } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import type { Database } from "../../db/client.ts";
import { booksOf, paidOnce, traceOf } from "../test-kit/books.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { textOf } from "../test-kit/rewriting-store.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { saveOrder } from "./save-order.ts";

const stack = stackUnderTest({ instances: 2 });

/** A database that stops before a statement with `sign` in it, in a transaction too, until it is let go. */
function stallingBefore(sign: string, db: Database) {
  let [go, arrive] = [() => {}, () => {}];
  const letGo = new Promise<void>((resolve) => (go = resolve));
  const stalled = new Promise<void>((resolve) => (arrive = resolve));
  type Run = Parameters<Database["transaction"]>[0];
  const stalling = <Store extends Pick<Database, "execute">>(on: Store): Store =>
    Object.assign(Object.create(on), {
      async execute(statement: SQL) {
        if (textOf(statement).includes(sign)) {
          arrive();
          await letGo;
        }
        return await on.execute(statement);
      },
    });
  const store: Database = Object.assign(stalling(db), {
    transaction: (run: Run) => db.transaction((tx) => run(stalling(tx))),
  });
  return { store, stalled, go: () => go() };
}

test("a first save that stalls changes neither the cart nor the address under a payment that came meanwhile", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const orderId = uuidv7();
  const { store, stalled, go } = stallingBefore(
    "insert into orders",
    stack.instances[1]?.pool.db ?? stack.services.pool.db,
  );
  const late = saveOrder(store, {
    account: buyer.account,
    orderId,
    items: [{ sku: "kettle", quantity: 9 }],
    email: "late@example.com",
  }).catch((error: unknown) => error);
  await stalled;

  const payment = await buyer.saves(undefined, orderId);
  const paying = buyer.pays(payment, { headers: { "x-fault-plan": "stall-after-claim=600@1" } });
  await expect
    .poll(() => traceOf(stack.sql, payment.idempotencyKey))
    .toEqual({ keys: 1, steps: 1 });
  go();
  expect(await late).toMatchObject({
    code: "ORDER_BUSY",
    detail: { intentId: payment.idempotencyKey },
  });
  expect((await paying).status).toBe(200);
  expect(await booksOf(stack.sql, orderId)).toEqual(paidOnce());
  const [order] = await stack.sql`select items, email from orders where order_id = ${orderId}`;
  expect({ ...order }).toEqual({ items: [{ sku: "tea", quantity: 2 }], email: null });
});
