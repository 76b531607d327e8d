import type { Database } from "../../db/client.ts";
import type { BankEvent, BankFact } from "../payments/bank-event.ts";
import type { Operation, Runtime } from "../trpc/operation.ts";
import { accountOfCharge, bookOutsideRefund } from "./book-outside-refund.ts";
import { findIntent } from "./find-intent.ts";
import { writeInbox } from "./inbox.ts";
import { noteFailedRefund } from "./note-failed-refund.ts";
import { NotYet } from "./not-yet.ts";
import { settleIntent } from "./settle-intent.ts";
import { tellEvent } from "./tell-event.ts";

export type Effect = "settled" | "known" | "none" | "unmatched" | "repeated";

/** Whose inbox has the events of nobody here. */
const NOBODY = "";

/**
 * Pattern 4. Takes one of the bank's events: its effect and its row in the inbox are one commit, so that it has its
 * effect once however often it comes, and comes again whenever that commit was not reached. What it says is the state
 * of a charge or a refund and not a step to take, so that the order of arrival does not matter.
 * @throws {NotYet} and whatever the database throws: then there is no row, and the bank is to send it again
 */
export async function takeEvent(
  runtime: Runtime,
  operations: readonly Operation[],
  event: BankEvent,
): Promise<Effect> {
  const { db } = runtime;
  const { fact } = event;
  if (fact?.of === "failed refund") return await noteFailedRefund(db, event, fact);
  const account = event.account ?? (await accountOfCharge(runtime, fact)) ?? NOBODY;
  const found = await findIntent(db, account, event, fact);
  if (found.state === "booked") {
    const effect = found.seen ? "repeated" : "known";
    await tellEvent(runtime, account, event, found, effect);
    return effect;
  }
  if (found.seen) return "repeated";
  if (fact === undefined) return await writeInbox(db, account, event, { effect: "none" });
  if (found.state === "absent") return await withoutIntent(runtime, account, event, fact);
  if (found.state === "in review") return await forAPerson(db, account, event, fact, found);
  const telling = { ...event, fact };
  if (await settleIntent(runtime, operations, account, telling, found)) return "settled";
  const effect = await writeInbox(db, account, event, { ...found, effect: "known" });
  if (effect === "known") await tellEvent(runtime, account, event, found, effect);
  return effect;
}

/**
 * A refund may overtake its own charge by so much. Later than that the charge is nobody's here, or waits for a person for
 * longer than the bank repeats: once it is in the books, the worker takes what is written down here (`retake-refunds.ts`).
 */
const OVERTAKES_MS = 10 * 60_000;

async function withoutIntent(
  runtime: Runtime,
  account: string,
  event: BankEvent,
  fact: BankFact,
): Promise<Effect> {
  const { db } = runtime;
  if (fact.of === "refund" && fact.reference === undefined) {
    const booked = await bookOutsideRefund(runtime, account, event, fact);
    if (booked === "settled") return booked;
    if (booked === "known") return await writeInbox(db, account, event, { effect: "known" });
    if (Date.now() - event.createdAt.getTime() < OVERTAKES_MS)
      throw new NotYet("The charge that it gives back is not in the books yet.");
  }
  return await forAPerson(db, account, event, fact);
}

/** Of money that moved, and our books do not say so: for the reconciler, and a person. */
async function forAPerson(
  db: Database,
  account: string,
  event: BankEvent,
  fact: BankFact,
  of: { key?: string; orderId?: string | null } = {},
): Promise<Effect> {
  const effect = fact.result.status === "declined" ? "none" : "unmatched";
  return await writeInbox(db, account, event, { key: of.key, orderId: of.orderId, effect });
}
