import { sql } from "drizzle-orm";
import { v5 as uuidv5, v7 as uuidv7 } from "uuid";
import { recordOnce } from "../idempotency/index.ts";
import { bookRefund } from "../ledger/book-refund.ts";
import type { BankEvent, BankFact } from "../payments/bank-event.ts";
import { flush, note, uncounted, withDelivery } from "../timeline/delivery.ts";
import type { Runtime } from "../trpc/operation.ts";
import { inboxRow } from "./inbox.ts";

/** Any constant: a refund's own id then names one key, whoever hears of it and however often. */
const NAMESPACE = "6f7c2f0e-3d0b-5a52-9d5e-0b5c9a3f6c11";

/**
 * Books a refund that nobody here asked for: somebody made it at the bank. It is only rows, so key, posting and inbox
 * row are one statement. False: its charge is not in these books (yet).
 * @throws {IdempotencyError}
 */
export async function bookOutsideRefund(
  runtime: Runtime,
  account: string,
  event: BankEvent,
  fact: BankFact & { of: "refund" },
): Promise<"settled" | "known" | undefined> {
  const [charge] = await runtime.db.execute(
    sql`select charge_id::text, order_id::text from charges where account = ${account} and provider_reference = ${fact.charge}`,
  );
  if (charge === undefined) return undefined;
  const booked = {
    refundId: uuidv7(),
    chargeId: String(charge["charge_id"]),
    orderId: String(charge["order_id"]),
    amount: fact.amount,
    currency: fact.currency,
    providerReference: fact.object,
  };
  const key = uuidv5(fact.object, NAMESPACE);
  const delivery = uncounted({ account, key, orderId: booked.orderId, sentBy: "bank" });
  const record = () =>
    recordOnce({
      store: runtime.db,
      account,
      key,
      procedure: "refunds.atTheBank",
      input: { refund: fact.object },
      answer: { status: "refunded", ...booked },
      effects: [...bookRefund({ ...booked, postingId: uuidv7() }), inboxRow(event, booked.orderId)],
      onEvent: runtime.onEvent,
    });
  const { replayed } = await withDelivery(delivery, async () => {
    const text = `The bank's signed event arrived (${event.type}): a refund that was made there`;
    note({ point: "arrived", outcome: "none", text });
    return await record().finally(() => flush(runtime.db, delivery));
  });
  return replayed ? "known" : "settled";
}

/** Whose charge it is that a refund without a label gives back. The bank's own id of it is unique. */
export async function accountOfCharge(
  { db }: Runtime,
  fact: BankFact | undefined,
): Promise<string | undefined> {
  if (fact?.of !== "refund") return undefined;
  const [row] = await db.execute(
    sql`select account from charges where provider_reference = ${fact.charge}`,
  );
  return typeof row?.["account"] === "string" ? row["account"] : undefined;
}
