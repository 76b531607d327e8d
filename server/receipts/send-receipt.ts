import type { Database } from "../../db/client.ts";
import { claimReceipt } from "./claim-receipt.ts";
import { composeReceipt } from "./compose-receipt.ts";
import { type Mailer, refusal } from "./mailer.ts";
import { markSent } from "./mark-sent.ts";
import { putOff } from "./put-off.ts";

const DELAY_MAX_MS = 30_000;

export interface SendReceipt {
  db: Database;
  mailer: Mailer;
  /** An attempt owns the receipt for so long: longer than one delivery may take. */
  leaseMs: number;
  /** Before the second attempt; doubled before each one after it, up to half a minute. */
  delayMs: number;
}

/**
 * Pattern 3, check-then-act: claim, send, mark. The claim keeps two workers from sending at once; it cannot keep one
 * from dying between the send and the mark. Then the receipt is sent again, and its Message-ID says that it is the same.
 * At least one delivery, one in effect: nobody can have "exactly one", since the mail server and Postgres share no commit.
 */
export async function sendReceipt(
  { db, mailer, leaseMs, delayMs }: SendReceipt,
  order: { account: string; orderId: string },
): Promise<"sent" | "put off" | "not mine"> {
  const receipt = await claimReceipt(db, order, leaseMs);
  if (receipt === undefined) return "not mine";
  try {
    await mailer.deliver(composeReceipt(receipt));
  } catch (error) {
    const doubled = Math.min(DELAY_MAX_MS, delayMs * 2 ** Math.min(receipt.attempt - 1, 10));
    // The upper half at random: senders that failed together come back apart.
    const delay = Math.ceil(doubled * (0.5 + Math.random() / 2));
    await putOff(db, receipt, { ...refusal(error), delayMs: delay });
    return "put off";
  }
  await markSent(db, order, mailer.via);
  return "sent";
}
