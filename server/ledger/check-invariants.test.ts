import { drizzle } from "drizzle-orm/postgres-js";
import { expect, test } from "vitest";
import { z } from "zod";
import type { BankCharge } from "../payments/provider.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { buysTea, refundOf, refunds } from "../test-kit/refunds.ts";
import { payUntilDefinite } from "../test-kit/retrying-client.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { Services } from "../wiring.ts";

// Production's limits: a busy machine must not bring one of them about.
const stack = stackUnderTest({ leaves: "each test damages the books" });
const invariants = z.array(
  z.object({
    id: z.string(),
    holds: z.boolean(),
    rowsChecked: z.number(),
    witness: z.array(z.unknown()),
  }),
);

/** The ids of those that do not hold, asked of a bank that says what `told` makes of the truth. */
async function broken(
  buyer: Buyer,
  told: (charges: BankCharge[]) => BankCharge[] = (charges) => charges,
) {
  const { payments } = stack.services;
  const lying: Services = {
    ...stack.services,
    payments: {
      ...payments,
      statement: async (account, orderId) => told(await payments.statement(account, orderId)),
    },
  };
  const answer = await buyer.query("audit.invariants", undefined, { to: lying });
  const all = invariants.parse(answer.result);
  for (const { holds, witness } of all) expect(witness.length > 0).toBe(!holds);
  return all.filter(({ holds }) => !holds).map(({ id }) => id);
}

async function buyerWhoPaid() {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  expect((await buyer.pays(payment)).status).toBe(200);
  return { buyer, payment };
}

test("after payments, declines, unknowns and retries every property holds, and rows were really looked at", async () => {
  const { buyer } = await buyerWhoPaid();
  await buyer.pays({ ...(await buyer.saves()), paymentMethod: "pm_card_chargeDeclined" });
  const unknown = await buyer.saves();
  await buyer.pays(unknown, { headers: { "x-fault-plan": "provider-timeout@1" } });
  // Captured, and not booked yet: between acknowledged and acknowledged plus unknown.
  expect(await broken(buyer)).toEqual([]);
  await buyer.pays(unknown);
  expect(await broken(buyer)).toEqual([]);
  const all = invariants.parse((await buyer.query("audit.invariants")).result);
  expect(all.filter(({ rowsChecked }) => rowsChecked === 0)).toEqual([]);
});

test("an account that pays and gives back while it is looked at is as healthy as it is", async () => {
  const { buyer } = await buyerWhoPaid();
  const { payments } = stack.services;
  const movesMoney = async () => {
    const { chargeId } = await buysTea(buyer);
    await refunds(buyer, refundOf(chargeId, 500));
  };
  const busy: Services = {
    ...stack.services,
    payments: {
      ...payments,
      // Between each two looks: before the bank's books are read, and after it.
      async statement(account, orderId) {
        await movesMoney();
        const statement = await payments.statement(account, orderId);
        await movesMoney();
        return statement;
      },
    },
  };
  const answer = await buyer.query("audit.invariants", undefined, { to: busy });
  expect(invariants.parse(answer.result).filter(({ holds }) => !holds)).toEqual([]);
});

test("every property holds at each of twenty looks while three pay through faults", async () => {
  const { buyer } = await buyerWhoPaid();
  let looking = true;
  const plans = [
    "provider-error-after-charge@1",
    "database-drop-after-commit@1",
    "crash-after-provider@1",
  ];
  const paying = plans.map(async (plan) => {
    while (looking)
      await payUntilDefinite(buyer, await buyer.saves(), { plan, patienceMs: 20_000 });
  });
  const looks: string[][] = [];
  for (let look = 0; look < 20; look += 1) looks.push(await broken(buyer));
  looking = false;
  await Promise.all(paying);
  expect(looks.flat()).toEqual([]);
}, 60_000);

test("a second capture in the bank's books is seen: S1 and S9", async () => {
  const { buyer } = await buyerWhoPaid();
  const twice = (charges: BankCharge[]) =>
    charges.flatMap((charge) => [charge, { ...charge, chargeId: `${charge.chargeId}x` }]);
  expect(await broken(buyer, twice)).toEqual(["S1", "S9"]);
});

test("a charge that we acknowledged and the bank does not know is seen: S3 and S9", async () => {
  const { buyer } = await buyerWhoPaid();
  expect(await broken(buyer, () => [])).toEqual(["S3", "S9"]);
});

test("an amount that differs by a cent is seen: S3 and S9", async () => {
  const { buyer } = await buyerWhoPaid();
  const off = (charges: BankCharge[]) =>
    charges.map((charge) => ({ ...charge, amount: charge.amount - 1 }));
  expect(await broken(buyer, off)).toEqual(["S3", "S9"]);
});

const GUARDED = ["charges", "ledger_entries", "orders", "idempotency_keys", "receipts"];

/** As the owner with every trigger taken away: nothing else gets so far. */
async function damages(statement: string) {
  await stack.sql.begin(async (tx) => {
    for (const table of GUARDED) await tx.unsafe(`alter table ${table} disable trigger user`);
    await tx.unsafe(statement);
    for (const table of GUARDED) await tx.unsafe(`alter table ${table} enable trigger user`);
  });
}

test.each<[string, string[], (account: string) => string]>([
  [
    "a paid answer whose charge is gone",
    ["S4", "S7", "S9"],
    (account) => `
    delete from charges where account = '${account}'`,
  ],
  [
    "entries that do not balance",
    ["S6"],
    (account) => `
    update ledger_entries set amount = amount - 1 where account = '${account}' and direction = 'credit'`,
  ],
  [
    "an order that went back to draft",
    ["S7"],
    (account) => `
    update orders set status = 'draft' where account = '${account}'`,
  ],
  [
    "a send by a fence that was never granted",
    ["S10"],
    (account) => `
    update idempotency_steps set last_sent = 9 where account = '${account}'`,
  ],
  [
    "a declined answer for an order that was captured",
    ["S5"],
    (account) => `
    update idempotency_keys set answer = '{"status":"declined"}', holds = false where account = '${account}'`,
  ],
  [
    "a payment whose receipt was never enqueued",
    ["S8"],
    (account) => `
    delete from receipts where account = '${account}'`,
  ],
  [
    "two receipts of one order that both take effect",
    ["S8"],
    (account) => `
    insert into mailbox (account, order_id, message_id, recipient, subject, text)
    select account, order_id, unnest(array['<one>', '<other>']), '', '', '' from charges where account = '${account}'`,
  ],
  [
    "a receipt of an order that nobody paid",
    ["S8"],
    (account) => `
    insert into mailbox (account, order_id, message_id, recipient, subject, text)
    values ('${account}', gen_random_uuid(), '<one>', '', '', '')`,
  ],
  [
    "a receipt that was marked as sent and is in no mailbox",
    ["S8"],
    (account) => `
    update receipts set sent_at = now(), via = 'inbox' where account = '${account}'`,
  ],
  [
    "a receipt that is late",
    ["L4"],
    (account) => `
    update receipts set queued_at = queued_at - interval '2 minutes' where account = '${account}'`,
  ],
])("%s is seen", async (_what, ids, damage) => {
  const { buyer } = await buyerWhoPaid();
  await damages(damage(buyer.account));
  expect(await broken(buyer)).toEqual(ids);
});

test("one account's damage is nobody else's", async () => {
  const { buyer } = await buyerWhoPaid();
  const other = await buyerWhoPaid();
  await damages(`update orders set status = 'draft' where account = '${buyer.account}'`);
  expect(await broken(other.buyer)).toEqual([]);
});

test("refunds are among the promises: the bank says less than we acknowledged, or more than anybody asked for", async () => {
  const { buyer } = await buyerWhoPaid();
  const { chargeId } = await buysTea(buyer);
  expect((await refunds(buyer, refundOf(chargeId, 500))).status).toBe(200);
  expect(await broken(buyer)).toEqual([]);
  const returned = (by: number) => (charges: BankCharge[]) =>
    charges.map((charge) => ({ ...charge, refunded: charge.refunded && charge.refunded + by }));
  expect(await broken(buyer, returned(-1))).toEqual(["S3", "S9"]);
  expect(await broken(buyer, returned(1))).toEqual(["S9"]);
  // Captured twice over and given back: more than was captured.
  expect(await broken(buyer, returned(5_000))).toEqual(["S9"]);
});

test("a refund in doubt is in doubt on the page too: it holds so far, and says how many are open", async () => {
  const { buyer } = await buyerWhoPaid();
  const { chargeId } = await buysTea(buyer);
  const plan = { "x-fault-plan": "provider-timeout" };
  await refunds(buyer, refundOf(chargeId, 500), { headers: plan });
  const all = z
    .array(z.object({ id: z.string(), holds: z.boolean(), open: z.number() }))
    .parse((await buyer.query("audit.invariants")).result);
  expect(all.find(({ id }) => id === "S9")).toEqual({ id: "S9", holds: true, open: 1 });
  expect(all.find(({ id }) => id === "S6")).toEqual({ id: "S6", holds: true, open: 0 });
});

test("Show SQL shows the very text that Postgres was given", async () => {
  const { buyer } = await buyerWhoPaid();
  const sent: string[] = [];
  const db = drizzle(stack.services.pool.sql, {
    logger: { logQuery: (query) => sent.push(query) },
  });
  const answer = await buyer.query("audit.invariants", undefined, {
    to: { ...stack.services, aside: { ...stack.services.aside, db } },
  });
  const shown = z.array(z.object({ sql: z.string() })).parse(answer.result);
  expect(shown.length).toBeGreaterThan(8);
  for (const { sql } of shown) expect(sent).toContain(sql);
  for (const { sql } of shown) expect(sql).not.toContain(buyer.account);
});
