import { IdempotencyError } from "../idempotency/index.ts";
import type { BankEvent, BankFact } from "../payments/bank-event.ts";
import { carryOn } from "../trpc/carry-on.ts";
import { type Operation, runOperation, type Runtime } from "../trpc/operation.ts";
import type { Found } from "./find-intent.ts";
import { inboxRow } from "./inbox.ts";
import { knowing } from "./knowing.ts";
import { NotYet } from "./not-yet.ts";

/**
 * Ends an intent whose answer was lost: claimed and carried on like any other, by the same code under a fence of its
 * own, only that what the bank would be asked is in the event already. The event's row rides in that commit.
 * False: somebody else's commit did it while we waited for the claim.
 * @throws {NotYet} while somebody else holds the intent, or when it could not be carried on
 */
export async function settleIntent(
  runtime: Runtime,
  operations: readonly Operation[],
  account: string,
  event: BankEvent & { fact: BankFact },
  { key, procedure, input, recorded }: Found & { state: "unfinished" },
): Promise<boolean> {
  const operation = operations.find((known) => known.procedure === procedure);
  if (operation?.clientFirst) {
    // Its client decides when it goes on, and for a while the completer leaves it alone too.
    if (recorded) return false;
    throw new NotYet("The run that it tells of has not recorded it yet.");
  }
  try {
    if (operation === undefined) throw new Error(`No operation is called ${procedure}`);
    const call = { account, key, input: operation.input.parse(JSON.parse(input)) };
    const informed = { ...runtime, payments: knowing(runtime.payments, event.fact) };
    const says = `The bank's signed event arrived (${event.type}): it says what became of this`;
    const { replayed } = await carryOn(runtime, operation, call, { sentBy: "bank", says }, () =>
      runOperation(informed, operation, call, { alongside: [inboxRow(event)] }),
    );
    return !replayed;
  } catch (error) {
    const code = error instanceof IdempotencyError ? error.code : "not carried on";
    throw new NotYet(`The intent that it tells of is not settled yet (${code}).`, { cause: error });
  }
}
