import {
  type Ending,
  type IntentRecord,
  type IntentRules,
  isGivenUp,
  readRecord,
} from "./intent-record.ts";
import type { SendOutcome } from "./read-outcome.ts";

/** What can happen to an intent. Every event but the press names its key: news of an older key changes nothing. */
export type IntentEvent<Input, Answer> =
  /** The person decided. `freshKey` is used only where no live record stands. */
  | { type: "pressed"; account: string; orderId: string; freshKey: string; input: Input }
  /** A fetch is about to start. */
  | { type: "sent"; key: string; at: string }
  /** That fetch ended. (An answer's content comes by `ended`.) */
  | { type: "send-ended"; key: string; outcome: SendOutcome }
  /** Retries are used up, or may not be made. */
  | { type: "gave-up"; key: string }
  /** The server gave the final word on this key. */
  | { type: "ended"; key: string; ending: Ending<Answer> }
  /** Nobody knows how it stands: the status query says so, or a page died while its send was under way. */
  | { type: "status-unknown"; key: string }
  /** The order has another intent that is live or paid: ours is dropped for it. */
  | { type: "joined"; key: string; otherKey: string }
  /** The joined intent let the order go: nothing of it is ours to send. */
  | { type: "left"; key: string }
  /** Somebody has looked elsewhere how a key ended that is refused from now on: only that ends its doubt. */
  | { type: "looked"; key: string };

export interface IntentLife<Input, Answer> {
  advance(
    record: IntentRecord<Input, Answer> | null,
    event: IntentEvent<Input, Answer>,
  ): IntentRecord<Input, Answer> | null;
  /** May the next press use a new key? Only after an end that leaves the order open, the key spent and no doubt. */
  isSpent(record: IntentRecord<Input, Answer>): boolean;
  /** Null for anything that is not a record of this order. */
  readRecord(text: string | null, orderId: string): IntentRecord<Input, Answer> | null;
}

/**
 * The life of one intent: (record, event) → record, without clock, storage or network. Three rules hold whatever
 * the order of events (the shop's `advance.test.ts` tries thousands):
 * 1. a key of ours is replaced only by a press after a spent one, or by joining the order's own intent;
 * 2. doubt, once begun, is ended only by an answer about the key, or by a person's look once there can be none;
 * 3. a settled record is never unsettled.
 */
export function intentLife<Input, Answer>(
  rules: IntentRules<Input, Answer>,
): IntentLife<Input, Answer> {
  type Record = IntentRecord<Input, Answer>;
  type Event = IntentEvent<Input, Answer>;

  function isSpent({ state, result, inDoubt }: Record): boolean {
    if (state !== "settled" || result === undefined || inDoubt) return false;
    return isGivenUp(result) || !rules.keepsOrder(result);
  }

  function press(record: Record | null, event: Extract<Event, { type: "pressed" }>): Record {
    const ours = record?.account === event.account ? record : null;
    if (ours === null || isSpent(ours))
      return {
        v: 1,
        account: event.account,
        orderId: event.orderId,
        idempotencyKey: event.freshKey,
        input: event.input,
        state: "new",
        inDoubt: false,
        // Counted on over the order's keys: a number used twice in one tab would look like a resend by the browser.
        sends: ours?.sends ?? 0,
        firstSentAt: null,
      };
    // What may already be under way is sent as it was; only a key that has used nothing up takes a changed order.
    return ours.state === "new" && !ours.bound ? { ...ours, input: event.input } : ours;
  }

  function advance(record: Record | null, event: Event): Record | null {
    if (event.type === "pressed") return press(record, event);
    if (record === null || record.idempotencyKey !== event.key) return record;
    if (record.state === "settled")
      // A late failure of an earlier send cannot take an answer back.
      return event.type === "looked" && record.inDoubt ? { ...record, inDoubt: false } : record;

    switch (event.type) {
      case "sent":
        return {
          ...record,
          state: "sent",
          sends: record.sends + 1,
          firstSentAt: record.firstSentAt ?? event.at,
          lastSentAt: event.at,
          firstInput: record.firstInput ?? record.input,
        };
      case "send-ended":
        return endSend(record, event.outcome);
      case "gave-up":
        // Never in doubt: nothing was taken, and nothing may leave by itself after a reload.
        return { ...record, state: record.inDoubt ? "unknown" : "new" };
      case "ended": {
        const { ending } = event;
        // A key that is refused says nothing of an earlier send under it: one whose record has run out was mostly done.
        const doubtful = isGivenUp(ending) && ending.status !== "voided";
        return { ...record, state: "settled", inDoubt: record.inDoubt && doubtful, result: ending };
      }
      case "status-unknown":
        return { ...record, inDoubt: true };
      case "joined":
        return { ...record, idempotencyKey: event.otherKey, state: "sent", joined: true };
      case "left":
        return record.joined === true ? null : record;
      case "looked":
        // Of a key that can still be asked about only its own answer counts.
        return record;
    }
  }

  return { advance, isSpent, readRecord: (text, orderId) => readRecord(rules, text, orderId) };
}

function endSend<Input, Answer>(
  record: IntentRecord<Input, Answer>,
  outcome: SendOutcome,
): IntentRecord<Input, Answer> {
  if (outcome.kind === "no-answer") return { ...record, inDoubt: true };
  if (outcome.kind === "answered") return record;
  switch (outcome.code) {
    case "OUTCOME_UNKNOWN":
    // An attempt of an earlier send runs, and its end is not told yet.
    case "IN_PROGRESS":
      return { ...record, inDoubt: true };
    case "VOIDED":
      return { ...record, state: "settled", inDoubt: false, result: { status: "voided" } };
    case "KEY_REUSED":
      return { ...record, state: "settled", result: { status: "key-reused" } };
    case "RELEASED":
      return { ...record, bound: true };
    case "PRICE_CHANGED":
      // Refused before anything was stored: the confirmed total goes out under the same key.
      return { ...record, state: "new", bound: false };
    default:
      return record;
  }
}
