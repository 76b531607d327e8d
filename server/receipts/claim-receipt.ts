import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { utc } from "../../db/utc.ts";

const whole = z.coerce.number().int();
const claimed = z.object({
  attempt: whole,
  amount: whole,
  currency: z.string(),
  paidAt: z.string(),
  email: z.string().nullable(),
  lines: z
    .string()
    .transform((text) =>
      z
        .array(z.object({ name: z.string(), quantity: whole, unitAmount: whole }))
        .parse(JSON.parse(text)),
    ),
});

/** A receipt that this process alone may send until its lease is over, and what has to stand in it. */
export interface ClaimedReceipt extends z.output<typeof claimed> {
  account: string;
  orderId: string;
}

/** One conditional statement. Undefined: it was sent, somebody is sending it, it is not due, or a person has it. */
export async function claimReceipt(
  db: Database,
  { account, orderId }: { account: string; orderId: string },
  leaseMs: number,
): Promise<ClaimedReceipt | undefined> {
  const [row] = await db.execute(sql`
    with mine as (
      update receipts
         set attempts = attempts + 1, due_at = clock_timestamp() + ${leaseMs}::integer * interval '1 millisecond'
       where account = ${account} and order_id = ${orderId}::uuid
         and sent_at is null and review is null and due_at <= clock_timestamp()
      returning account, order_id, attempts
    )
    select mine.attempts as attempt, c.amount, c.currency, c.lines::text as lines, o.email,
           ${utc("c.paid_at")} as "paidAt"
      from mine
      join charges c on c.account = mine.account and c.order_id = mine.order_id
      join orders o on o.account = mine.account and o.order_id = mine.order_id`);
  return row && { account, orderId, ...claimed.parse(row) };
}
