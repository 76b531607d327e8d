import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";
import type { Order } from "./order.ts";

const whole = z.coerce.number().int();
const stored = z.object({
  order_id: z.string(),
  status: z.enum(["draft", "paid", "refunded"]),
  email: z.string().nullable(),
  charge: z
    .object({
      chargeId: z.string(),
      amount: whole,
      currency: z.string(),
      providerReference: z.string(),
      paidAt: z.string(),
    })
    .nullable(),
  lines: z.array(
    z.object({ sku: z.string(), name: z.string(), quantity: whole, unitAmount: whole }),
  ),
  intents: z.array(z.object({ idempotencyKey: z.string(), state: z.string(), attempts: whole })),
  refunds: z.array(
    z.object({
      refundId: z.string(),
      amount: whole,
      currency: z.string(),
      providerReference: z.string(),
      at: z.string(),
    }),
  ),
  ledger: z.array(
    z.object({
      entryId: z.string(),
      account: z.string(),
      direction: z.enum(["debit", "credit"]),
      amount: whole,
      currency: z.string(),
      at: z.string(),
    }),
  ),
});

/** The order of this account, in one snapshot; undefined when it has none of that id. */
export async function getOrder(
  db: Database,
  account: string,
  orderId: string,
): Promise<Order | undefined> {
  const [row] = await db.execute(sql`
    select o.order_id, o.status, o.email,
      (select json_build_object('chargeId', c.charge_id, 'amount', c.amount, 'currency', c.currency,
              'providerReference', c.provider_reference, 'paidAt', ${utc("c.paid_at")})
         from charges c where c.account = o.account and c.order_id = o.order_id)::text as charge,
      coalesce((select c.lines from charges c where c.account = o.account and c.order_id = o.order_id),
        (select jsonb_agg(jsonb_build_object('sku', i.sku, 'name', p.name, 'quantity', i.quantity, 'unitAmount', p.unit_amount) order by i.at)
           from rows from (jsonb_to_recordset(o.items) as (sku text, quantity integer)) with ordinality as i(sku, quantity, at)
           join products p on p.sku = i.sku))::text as lines,
      coalesce((select json_agg(json_build_object('idempotencyKey', k.key, 'state', k.state, 'attempts', k.fence) order by k.created_at)
         from idempotency_keys k where k.account = o.account and k.order_id = o.order_id::text), '[]')::text as intents,
      coalesce((select json_agg(json_build_object('refundId', r.refund_id, 'amount', r.amount, 'currency', r.currency,
              'providerReference', r.provider_reference, 'at', ${utc("r.at")}) order by r.at)
         from charges c join refunds r on r.account = c.account and r.charge_id = c.charge_id
        where c.account = o.account and c.order_id = o.order_id), '[]')::text as refunds,
      coalesce((select json_agg(json_build_object('entryId', e.entry_id::text, 'account', e.ledger_account, 'direction', e.direction,
              'amount', e.amount, 'currency', e.currency, 'at', ${utc("e.at")}) order by e.entry_id)
         from postings s join ledger_entries e on e.account = s.account and e.posting_id = s.posting_id
        where s.account = o.account and s.order_id = o.order_id), '[]')::text as ledger
      from orders o where o.account = ${account} and o.order_id = ${orderId}`);
  if (row === undefined) return undefined;
  const json = (column: string) => JSON.parse(String(row[column] ?? "null"));
  const order = stored.parse({
    ...row,
    charge: json("charge"),
    lines: json("lines"),
    intents: json("intents"),
    refunds: json("refunds"),
    ledger: json("ledger"),
  });
  const amount = order.lines.reduce((sum, line) => sum + line.quantity * line.unitAmount, 0);
  return {
    orderId: order.order_id,
    status: order.status,
    items: order.lines,
    total: { amount, currency: "EUR" },
    ...(order.email !== null && { email: order.email }),
    intents: order.intents,
    ...(order.charge && { charge: order.charge }),
    refunds: order.refunds,
    ledger: order.ledger,
  };
}
