import type postgres from "postgres";

/** What both sides have in their books about one order. */
export interface Books {
  /** Captures in the bank's own journal, the independent witness. */
  captures: number;
  captured: number;
  declines: number;
  charges: number;
  postings: number;
  debits: number;
  credits: number;
}

export async function booksOf(sql: postgres.Sql, orderId: string): Promise<Books> {
  const [row] = await sql<Books[]>`
    select (select count(*)::integer from bank.journal where order_id = ${orderId} and kind = 'charge.succeeded') as captures,
           (select coalesce(sum(amount), 0)::integer from bank.journal where order_id = ${orderId} and kind = 'charge.succeeded') as captured,
           (select count(*)::integer from bank.journal where order_id = ${orderId} and kind = 'charge.failed') as declines,
           (select count(*)::integer from charges where order_id = ${orderId}) as charges,
           (select count(*)::integer from postings where order_id = ${orderId}) as postings,
           coalesce(sum(e.amount) filter (where e.direction = 'debit'), 0)::integer as debits,
           coalesce(sum(e.amount) filter (where e.direction = 'credit'), 0)::integer as credits
      from postings p join ledger_entries e using (posting_id) where p.order_id = ${orderId}`;
  if (row === undefined) throw new Error("An aggregate has one row");
  return { ...row };
}

/** Charged once, booked once, balanced. */
export const paidOnce = (amount = 1_998): Books => ({
  captures: 1,
  captured: amount,
  declines: 0,
  charges: 1,
  postings: 1,
  debits: amount,
  credits: amount,
});

/** Nobody took anything and nobody wrote anything. */
export const untouched: Books = {
  captures: 0,
  captured: 0,
  declines: 0,
  charges: 0,
  postings: 0,
  debits: 0,
  credits: 0,
};

/** The rows that an intent leaves: none after a definite refusal. */
export async function traceOf(
  sql: postgres.Sql,
  idempotencyKey: string,
): Promise<{ keys: number; steps: number }> {
  const [row] = await sql<{ keys: number; steps: number }[]>`
    select (select count(*)::integer from idempotency_keys where key = ${idempotencyKey}) as keys,
           (select count(*)::integer from idempotency_steps where key = ${idempotencyKey}) as steps`;
  if (row === undefined) throw new Error("An aggregate has one row");
  return { ...row };
}

export const noTrace = { keys: 0, steps: 0 };
