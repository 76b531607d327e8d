import type postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import type { Answer, Buyer } from "./buyer.ts";
import { payUntilDefinite } from "./retrying-client.ts";

export interface RefundCall {
  idempotencyKey: string;
  chargeId: string;
  amount?: number;
}

/** A first call of a refund: a key of its own; without an amount all that is left. */
export function refundOf(chargeId: string, amount?: number): RefundCall {
  return { idempotencyKey: uuidv7(), chargeId, ...(amount !== undefined && { amount }) };
}

/** The link mirrors the key into the header; so does this. */
export async function refunds(
  buyer: Buyer,
  call: RefundCall,
  { headers, ...rest }: NonNullable<Parameters<Buyer["mutate"]>[2]> = {},
): Promise<Answer> {
  return await buyer.mutate("refunds.create", call, {
    ...rest,
    headers: { "idempotency-key": call.idempotencyKey, ...headers },
  });
}

/** Buys two teas for 1998 and gives what a refund of them needs. */
export async function buysTea(
  buyer: Buyer,
): Promise<{ orderId: string; chargeId: string; key: string }> {
  const payment = await buyer.saves();
  const { answer } = await payUntilDefinite(buyer, payment, { patienceMs: 5_000 });
  const { chargeId } = z.object({ chargeId: z.string() }).parse(answer.result);
  return { orderId: payment.orderId, chargeId, key: payment.idempotencyKey };
}

/** What both sides have in their books about what one order was given back. */
export interface RefundBooks {
  /** In the bank's own journal, the independent witness. */
  returns: number;
  returned: number;
  refunds: number;
  refunded: number;
  postings: number;
  debits: number;
  credits: number;
  status: string;
}

export async function refundBooksOf(sql: postgres.Sql, orderId: string): Promise<RefundBooks> {
  const [row] = await sql<RefundBooks[]>`
    select (select count(*)::integer from bank.journal where order_id = ${orderId} and kind = 'refund.succeeded') as returns,
           (select coalesce(sum(amount), 0)::integer from bank.journal where order_id = ${orderId} and kind = 'refund.succeeded') as returned,
           (select count(*)::integer from refunds r join charges c using (charge_id) where c.order_id = ${orderId}) as refunds,
           (select coalesce(sum(r.amount), 0)::integer from refunds r join charges c using (charge_id) where c.order_id = ${orderId}) as refunded,
           (select count(*)::integer from postings where order_id = ${orderId} and kind = 'refund') as postings,
           coalesce(sum(e.amount) filter (where e.direction = 'debit' and e.ledger_account = 'sales'), 0)::integer as debits,
           coalesce(sum(e.amount) filter (where e.direction = 'credit' and e.ledger_account = 'bank'), 0)::integer as credits,
           (select status from orders where order_id = ${orderId}) as status
      from postings p join ledger_entries e using (posting_id) where p.order_id = ${orderId} and p.kind = 'refund'`;
  if (row === undefined) throw new Error("An aggregate has one row");
  return { ...row };
}

/** Each of these amounts was given back once, booked once and balanced, of a charge of 1998. */
export function gaveBack(...amounts: number[]): RefundBooks {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  const n = amounts.length;
  return {
    returns: n,
    returned: sum,
    refunds: n,
    refunded: sum,
    postings: n,
    debits: sum,
    credits: sum,
    status: sum === 1_998 ? "refunded" : "paid",
  };
}
