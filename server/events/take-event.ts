import { IdempotencyError } from "../idempotency/index.ts";
import type { BankEvent, BankFact } from "../payments/bank-event.ts";
import { carryOn } from "../trpc/carry-on.ts";
import type { Operation, Runtime } from "../trpc/operation.ts";
import { findIntent } from "./find-intent.ts";
import { inboxRow, writeInbox } from "./inbox.ts";
import { knowing } from "./knowing.ts";

export type Effect = "settled" | "known" | "none" | "unmatched" | "repeated";

/** The event cannot have its effect yet; whoever sent it is to send it again. */
export class NotYet extends Error {
  override readonly name = "NotYet";
}

/** Where events without an account of ours are kept. */
const NOBODY = "";

/**
 * Pattern 4. Takes one of the bank's events: its effect and its row in the inbox are one commit, so that it has its
 * effect once however often it comes, and comes again whenever that commit was not reached. The effect is not written
 * here: an intent whose answer was lost is claimed and carried on like any other, by the same code under a fence of
 * its own, only that what the bank is asked for is in the event already.
 * @throws {NotYet} while somebody else holds the intent, or when it could not be carried on
 */
export async function takeEvent(
  runtime: Runtime,
  operations: readonly Operation[],
  event: BankEvent,
): Promise<Effect> {
  const account = event.account ?? NOBODY;
  const found = await findIntent(runtime.db, account, event);
  if (found.seen) return "repeated";
  if (event.fact === undefined || found.state === "absent") {
    const effect = isMoney(event.fact) ? "unmatched" : "none";
    return await writeInbox(runtime.db, account, event, { effect });
  }
  if (found.state === "booked")
    return await writeInbox(runtime.db, account, event, { effect: "known", ...found });
  return await settle(runtime, operations, event, event.fact, { account, ...found });
}

async function settle(
  runtime: Runtime,
  operations: readonly Operation[],
  event: BankEvent,
  fact: BankFact,
  intent: {
    account: string;
    key: string;
    orderId: string | null;
    procedure: string;
    input: string;
  },
): Promise<Effect> {
  const waits = operations.some(
    (known) => known.procedure === intent.procedure && known.clientFirst,
  );
  // Its client decides when it goes on, and for a while the completer leaves it alone too.
  if (waits) throw new NotYet("The run that it tells of has not recorded it yet.");
  try {
    const { replayed } = await carryOn(
      { ...runtime, payments: knowing(runtime.payments, fact) },
      operations,
      { ...intent, input: JSON.parse(intent.input) },
      {
        sentBy: "bank",
        says: `The bank's signed event says what became of it (${event.type})`,
        alongside: [inboxRow(event)],
      },
    );
    // Somebody else's commit, while we waited for the claim: it did not have this event's row in it.
    if (!replayed) return "settled";
  } catch (error) {
    const code = error instanceof IdempotencyError ? error.code : "not carried on";
    throw new NotYet(`The intent that it tells of is not settled yet (${code}).`, { cause: error });
  }
  return await writeInbox(runtime.db, intent.account, event, { effect: "known", ...intent });
}

function isMoney(fact: BankFact | undefined): boolean {
  return fact !== undefined && fact.result.status !== "declined";
}
