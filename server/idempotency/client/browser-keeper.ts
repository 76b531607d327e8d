import { firstSuccessor, forgetSuccessors } from "./first-successor.ts";
import type { IntentRecord } from "./intent-record.ts";
import type { IntentLife } from "./intent-life.ts";

/** A record as it stands. `kept` tells whether the browser will still have it after a reload of another tab. */
export interface Kept<Input, Answer> {
  record: IntentRecord<Input, Answer>;
  kept: boolean;
}

/** Where records live. */
export interface RecordKeeper<Input, Answer> {
  read(orderId: string): IntentRecord<Input, Answer> | null;
  /** Writes and reads back. Returns what stands there now: what is not read back must not be sent. */
  write(record: IntentRecord<Input, Answer>): Kept<Input, Answer>;
  /**
   * A record with a fresh key, after the one whose key is `after` (null: after none). All tabs get one and the same
   * record: the first that any of them proposed. Only what this returns may be sent.
   */
  succeed(record: IntentRecord<Input, Answer>, after: string | null): Promise<Kept<Input, Answer>>;
  forget(orderId: string): void;
}

const inHistory = "payonceIntent";

/** What storage refused, and what stands there instead: older for as long as nobody changes it. */
interface Aside {
  text: string;
  over: string | null;
}

/**
 * localStorage, because it outlives the tab and is shared by all of them. Where it refuses (private windows, a full
 * quota, a policy, at the birth of a key or in mid-payment) the tab's own history entry: a reload still finds the key,
 * another tab does not, and the order's unique index on the server still prevents a second charge.
 * @param recordName the place of an order's record in localStorage
 */
export function browserKeeper<Input, Answer>(
  { readRecord }: Pick<IntentLife<Input, Answer>, "readRecord">,
  recordName: (orderId: string) => string,
): RecordKeeper<Input, Answer> {
  const memory = new Map<string, Aside>();
  const fromStorage = (orderId: string) => readStorage(recordName(orderId));
  const keeper: RecordKeeper<Input, Answer> = {
    read(orderId) {
      const text = fromStorage(orderId);
      const stored = readRecord(text, orderId);
      const aside = memory.get(orderId) ?? fromHistory();
      if (aside === null || (stored !== null && aside.over !== text)) return stored;
      return readRecord(aside.text, orderId) ?? stored;
    },
    write(record) {
      const { orderId } = record;
      const text = JSON.stringify(record);
      const before = fromStorage(orderId);
      try {
        localStorage.setItem(recordName(orderId), text);
      } catch {
        // Refused: told by the read-back below.
      }
      const over = fromStorage(orderId);
      const stored = readRecord(over, orderId);
      // A read-back of what stood there before is a refusal, too: an older record must not pass for this one.
      if (stored !== null && (over === text || over !== before)) {
        memory.delete(orderId);
        return { record: stored, kept: true };
      }
      memory.set(orderId, { text, over });
      history.replaceState({ ...history.state, [inHistory]: { text, over } }, "");
      return { record, kept: false };
    },
    async succeed(record, after) {
      const { orderId, account } = record;
      const text = JSON.stringify(record);
      const place: [string, string] = [recordName(orderId), account];
      const won = readRecord(await firstSuccessor(place, after ?? "", text), orderId) ?? record;
      const stored = readRecord(fromStorage(orderId), orderId);
      // Its own tab may have gone on with it: what it has learnt since must not be written over.
      if (stored?.idempotencyKey === won.idempotencyKey) return { record: stored, kept: true };
      return keeper.write(won);
    },
    forget(orderId) {
      memory.delete(orderId);
      void forgetSuccessors(recordName(orderId));
      try {
        localStorage.removeItem(recordName(orderId));
      } catch {
        // Refused storage holds nothing to remove.
      }
      if (fromHistory() !== null) {
        history.replaceState({ ...history.state, [inHistory]: undefined }, "");
      }
    },
  };
  return keeper;
}

function readStorage(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function fromHistory(): Aside | null {
  const { text, over = null } = Object(Object(history.state)[inHistory]);
  return typeof text === "string" ? { text, over } : null;
}
