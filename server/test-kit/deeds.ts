import type postgres from "postgres";

/** How often each outside system did its part for one order, in its own journal. */
export interface Deeds {
  reserved: number;
  released: number;
  charges: number;
  mails: number;
  bookings: number;
}

export const eachOnce: Deeds = { reserved: 1, released: 0, charges: 1, mails: 1, bookings: 1 };

export async function deedsOf(sql: postgres.Sql, orderId: string): Promise<Deeds> {
  const [row] = await sql<Deeds[]>`
    select count(*) filter (where kind = 'stock.reserved')::integer as reserved,
           count(*) filter (where kind = 'stock.released')::integer as released,
           (select count(*)::integer from bank.journal where order_id = ${orderId} and kind = 'charge.succeeded') as charges,
           count(*) filter (where kind = 'mail.accepted')::integer as mails,
           count(*) filter (where kind = 'courier.booked')::integer as bookings
      from suppliers.journal where order_id = ${orderId}`;
  if (row === undefined) throw new Error("An aggregate has one row");
  return { ...row };
}
