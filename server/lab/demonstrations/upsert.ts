import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { pay } from "../../checkout/pay.ts";
import { IdempotencyError } from "../../idempotency/index.ts";
import { saveOrder } from "../../orders/save-order.ts";
import type { Context } from "../../trpc/context.ts";
import { runOperation } from "../../trpc/operation.ts";
import { subAccount } from "../sub-account.ts";
import { saveOrderLastWriterWins } from "../twins/last-writer-wins.ts";
import type { Demonstration, Rows, Side, Stage } from "./demonstration.ts";
import { placeOrder } from "./place-order.ts";

const ONE_KETTLE = [{ sku: "kettle", quantity: 1 }];
const FIVE_MUGS = [{ sku: "mug", quantity: 5 }];

/** Pattern 2. The order is paid; then a forgotten tab saves its old cart, and a neighbour sends the same id. */
export const upsert: Demonstration = {
  id: "upsert",
  title: "Database upsert",
  story:
    "Ben saves his order from two tabs at once, pays in one, and comes back to the other a day later. A stranger tries Ben's order number.",
  rule: "One row for one account's id, however often it is saved.",
  limit:
    "It does not stop two different drafts from overwriting each other, nor an effect outside the row from happening twice.",
  breaks: "Save it again after it was paid",
  production: [
    {
      file: "server/orders/save-order.ts",
      name: "saveOrder",
      says: "One statement. What is paid is no draft, and is not written over.",
    },
  ],
  twin: { file: "server/lab/twins/last-writer-wins.ts" },
  home: "orders.save",
  run: async (stage) => [await production(stage), await twin(stage)],
};

async function production({ ctx }: Stage): Promise<Side> {
  const { account, db } = ctx;
  const { orderId, total } = await placeOrder(ctx);
  // A click in both tabs: one row, because both send the same id.
  const save = (items: typeof ONE_KETTLE) => saveOrder(db, { account, orderId, items });
  await Promise.all([save(ONE_KETTLE), save(ONE_KETTLE)]);
  const input = pay.input.parse({
    orderId,
    paymentMethod: "pm_card_visa",
    expectedTotal: total,
  });
  await runOperation(ctx, pay, { account, key: uuidv7(), input });
  const refused = await save(FIVE_MUGS).then(
    () => "nobody",
    (error: unknown) => (error instanceof IdempotencyError ? error.code : "an error"),
  );
  // To the stranger it is a new id: an order of their own.
  const stranger = subAccount(account, "stranger");
  await saveOrder(db, { account: stranger, orderId, items: FIVE_MUGS });
  const mine = await rowOf(ctx, account, orderId);
  return {
    name: "orders.save",
    holds: refused === "ORDER_PAID" && mine[2] === "paid" && mine[1] === "1 kettle",
    sentence: `The old tab was refused with ${refused}. The stranger has an order of their own. Ben's still says: ${mine[1]}, ${mine[2]}.`,
    tables: [tableOf([mine, await rowOf(ctx, stranger, orderId, "a stranger")])],
  };
}

async function twin({ ctx }: Stage): Promise<Side> {
  const { account, db } = ctx;
  const orderId = uuidv7();
  const save = (owner: string, items: typeof ONE_KETTLE) =>
    saveOrderLastWriterWins(db, { account, orderId, owner, items });
  await Promise.all([save("Ben", ONE_KETTLE), save("Ben", ONE_KETTLE)]);
  await db.execute(sql`
    update lab_orders set status = 'paid' where account = ${account} and order_id = ${orderId}::uuid`);
  await save("Ben", FIVE_MUGS);
  await save("a stranger", FIVE_MUGS);
  const [row] = await db.execute(sql`
    select owner, items, status from lab_orders where account = ${account} and order_id = ${orderId}::uuid`);
  const told = [String(row?.["owner"]), cartOf(row?.["items"]), String(row?.["status"])];
  return {
    name: "Last writer wins",
    holds: told[0] === "Ben" && told[2] === "paid",
    sentence: `Ben paid for 1 kettle. His order now belongs to ${told[0]}, says ${told[1]}, and is a ${told[2]} again.`,
    tables: [tableOf([told])],
  };
}

async function rowOf(
  { db }: Context,
  account: string,
  orderId: string,
  owner = "Ben",
): Promise<string[]> {
  const [row] = await db.execute(sql`
    select items, status from orders where account = ${account} and order_id = ${orderId}::uuid`);
  return [owner, cartOf(row?.["items"]), String(row?.["status"])];
}

function tableOf(rows: string[][]): Rows {
  return { title: "Orders under this id", columns: ["owner", "cart", "status"], rows };
}

function cartOf(items: unknown): string {
  const read = typeof items === "string" ? JSON.parse(items) : items;
  return (read as typeof ONE_KETTLE).map(({ sku, quantity }) => `${quantity} ${sku}`).join(", ");
}
