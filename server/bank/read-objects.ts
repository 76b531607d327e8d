import type { Bank } from "./call.ts";
import type { ChargeRow } from "./charge.ts";
import type { PaymentIntentRow } from "./payment-intent.ts";
import type { RefundRow } from "./refund.ts";

/** The intent, if this merchant has it. */
export async function findPaymentIntent(
  bank: Bank,
  merchant: string,
  id: string,
): Promise<PaymentIntentRow | null> {
  const [row] = await bank.database.run(
    (sql) =>
      sql<
        PaymentIntentRow[]
      >`select * from bank.payment_intents where id = ${id} and merchant = ${merchant}`,
  );
  return row ?? null;
}

/** The charge, if this merchant has it. */
export async function findCharge(
  bank: Bank,
  merchant: string,
  id: string,
): Promise<ChargeRow | null> {
  const [row] = await bank.database.run(
    (sql) =>
      sql<ChargeRow[]>`select * from bank.charges where id = ${id} and merchant = ${merchant}`,
  );
  return row ?? null;
}

/** The refund, if this merchant has it. */
export async function findRefund(
  bank: Bank,
  merchant: string,
  id: string,
): Promise<RefundRow | null> {
  const [row] = await bank.database.run(
    (sql) =>
      sql<RefundRow[]>`select * from bank.refunds where id = ${id} and merchant = ${merchant}`,
  );
  return row ?? null;
}

/** The charges with these ids, for `expand[]`. */
export async function findCharges(
  bank: Bank,
  merchant: string,
  ids: string[],
): Promise<Map<string, ChargeRow>> {
  if (ids.length === 0) return new Map();
  const rows = await bank.database.run(
    (sql) =>
      sql<
        ChargeRow[]
      >`select * from bank.charges where merchant = ${merchant} and id in ${sql(ids)}`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}
