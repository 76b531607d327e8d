import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import type { BankDelivery } from "../payments/bank-deliveries.ts";
import type { LabGear } from "../trpc/context.ts";

const SHOWN_MAX = 100;

interface Of {
  lab: LabGear;
  account: string;
}

/** How often and when the bank has delivered, or will deliver, the newest events of this account's inbox. */
export async function listDeliveries({ lab, account }: Of): Promise<BankDelivery[]> {
  const rows = await lab.db.execute(sql`
    select event_id from webhook_inbox where account = ${account} order by at desc limit ${SHOWN_MAX}`);
  const ids = rows.map((row) => String(row["event_id"]));
  return ids.length === 0 ? [] : await bankOf(lab).list(ids);
}

/**
 * Has the bank deliver these again, in this order, signed like the first time. Only what this account's own inbox has:
 * the bank knows one merchant, and whose event it is only we know.
 */
export async function redeliver(
  { lab, account }: Of,
  { eventIds, delayMs }: { eventIds: string[]; delayMs: number },
): Promise<BankDelivery[]> {
  if (!(await areOwn(lab.db, account, eventIds)))
    throw new TRPCError({ code: "NOT_FOUND", message: "This account's inbox has no such event." });
  return await bankOf(lab).resend(eventIds, delayMs);
}

async function areOwn(db: Database, account: string, eventIds: string[]): Promise<boolean> {
  const ids = sql`select jsonb_array_elements_text(${JSON.stringify(eventIds)}::text::jsonb)`;
  const [row] = await db.execute(sql`
    select count(*)::integer as own from webhook_inbox where account = ${account} and event_id in (${ids})`);
  return row?.["own"] === eventIds.length;
}

function bankOf({ deliveries }: LabGear) {
  if (deliveries) return deliveries;
  const message = "Stripe's own dashboard sends its events again.";
  throw new TRPCError({ code: "NOT_FOUND", message });
}
