import { type SQL, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { bookCharge } from "../ledger/book-charge.ts";
import { cents, orderId } from "../orders/order.ts";
import { type ChargeRequest, type ChargeResult, paymentMethod } from "../payments/provider.ts";
import { queueReceipt } from "../receipts/queue-receipt.ts";
import type { Operation } from "../trpc/operation.ts";
import { whyRefused } from "./why-refused.ts";

const confirmed = z.strictObject({ amount: cents, currency: z.literal("EUR") });

const input = z.strictObject({
  orderId,
  paymentMethod,
  // A bare number is minor units of the shop's one currency.
  expectedTotal: confirmed.or(cents.transform((amount) => ({ amount, currency: "EUR" as const }))),
});

const output = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("paid"),
    orderId: z.string(),
    chargeId: z.string(),
    amount: cents,
    currency: z.literal("EUR"),
    providerReference: z.string(),
    paidAt: z.iso.datetime(),
  }),
  z.strictObject({ status: z.literal("declined"), orderId: z.string(), declineCode: z.string() }),
]);

/** Pattern 1. The bank is asked outside any transaction; what it said, the ledger, the receipt's job and the answer share one commit. */
export const pay: Operation<typeof input, typeof output> = {
  procedure: "checkout.pay",
  input,
  output,
  orderId: (wanted) => wanted.orderId,

  // Priced by the server in the very statement that claims: a price that moves in between cannot be missed.
  admission: ({ account, key, input: wanted }) => {
    const select = priced(account, key, wanted);
    const again = stillThat(account, key, select);
    const outdated = sql`${isFree(account, wanted.orderId)} and not ${again}`;
    return { step: "charge", select, again, outdated };
  },
  refuse: ({ db, account, key, input: wanted }) => whyRefused(db, account, key, wanted),

  async handler(attempt, { payments }) {
    const order = attempt.frozen<ChargeRequest>("charge");
    const charge = await attempt.step<ChargeRequest, ChargeResult>("charge", {
      request: () => order,
      send: (request, providerKey) => payments.charge(request, providerKey),
      lookUp: (request, providerKey) => payments.findCharge(request, providerKey),
    });
    if (charge.status === "declined") {
      return await attempt.commit(
        { status: "declined" as const, orderId: order.orderId, declineCode: charge.declineCode },
        { keepsOrder: false },
      );
    }
    const chargeId = uuidv7();
    const { providerReference, capturedAt: paidAt } = charge;
    const { amount, currency, lines } = order;
    return await attempt.commit(
      {
        status: "paid" as const,
        orderId: order.orderId,
        chargeId,
        amount,
        currency: "EUR" as const,
        providerReference,
        paidAt,
      },
      {
        effects: [
          ...bookCharge({
            chargeId,
            postingId: uuidv7(),
            orderId: order.orderId,
            amount,
            currency,
            providerReference,
            paidAt,
            lines,
          }),
          queueReceipt(order.orderId),
        ],
      },
    );
  },
};

/**
 * The order as it is now, priced and written as the bank is to be asked; no row where its total is not the confirmed one.
 * Its row is locked first and the cart read from what the lock gave: after a wait for a save, one query with both would
 * check the new row against the total of the old one. Never locked for whom another key keeps out: waiting for that one's commit,
 * which waits for this row, it would be a deadlock.
 */
function priced(account: string, key: string, wanted: z.output<typeof input>): SQL {
  return sql`
    with o as materialized (
      select account, order_id, items from orders
       where account = ${account} and order_id = ${wanted.orderId}::uuid and status = 'draft'
         and not ${isHeld(account, wanted.orderId, sql`and held.key <> ${key}::uuid`)} for share
    )
    select o.order_id::text as order_id,
           json_build_object('account', o.account, 'orderId', o.order_id, 'amount', cart.total, 'currency', 'EUR',
             'paymentMethod', ${wanted.paymentMethod}::text, 'lines', cart.lines)::text as request
      from o
     cross join lateral (
       select sum(p.unit_amount * i.quantity) as total,
              json_agg(json_build_object('sku', i.sku, 'name', p.name, 'quantity', i.quantity, 'unitAmount', p.unit_amount)) as lines
         from jsonb_to_recordset(o.items) as i(sku text, quantity integer) join products p on p.sku = i.sku
     ) cart
     where cart.total = ${wanted.expectedTotal.amount}::bigint`;
}

/** Neither paid nor being paid: then it is why a payment was refused. */
function isFree(account: string, orderId: string): SQL {
  return sql`exists (select 1 from orders where account = ${account} and order_id = ${orderId}::uuid and status = 'draft')
    and not ${isHeld(account, orderId)}`;
}

function isHeld(account: string, orderId: string, besides = sql``): SQL {
  return sql`exists (select 1 from idempotency_keys held where held.account = ${account} and held.order_id = ${orderId} and held.holds ${besides})`;
}

/** While a payment was released its order could be changed. What was frozen is charged again only where it is the same. */
function stillThat(account: string, key: string, now: SQL): SQL {
  return sql`exists (
    select 1 from (${now}) now join idempotency_steps s on s.account = ${account} and s.key = ${key}::uuid and s.step = 'charge'
     where s.request::jsonb @> now.request::jsonb and now.request::jsonb @> s.request::jsonb)`;
}
