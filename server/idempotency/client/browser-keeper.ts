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

/**
 * localStorage, because it outlives the tab and is shared by all of them. Where it refuses (private windows, a full
 * quota, a policy) the tab's own history entry: a reload still finds the key, another tab does not, and the order's
 * unique index on the server still prevents a second charge.
 * @param recordName the place of an order's record in localStorage
 */
export function browserKeeper<Input, Answer>(
  { readRecord }: Pick<IntentLife<Input, Answer>, "readRecord">,
  recordName: (orderId: string) => string,
): RecordKeeper<Input, Answer> {
  const memory = new Map<string, IntentRecord<Input, Answer>>();
  const fromStorage = (orderId: string) => readStorage(recordName(orderId));
  const keeper: RecordKeeper<Input, Answer> = {
    read(orderId) {
      return (
        readRecord(fromStorage(orderId), orderId) ??
        memory.get(orderId) ??
        readRecord(fromHistory(), orderId)
      );
    },
    write(record) {
      const text = JSON.stringify(record);
      try {
        localStorage.setItem(recordName(record.orderId), text);
      } catch {
        // Refused: told by the read-back below.
      }
      const stored = readRecord(fromStorage(record.orderId), record.orderId);
      if (stored !== null) return { record: stored, kept: true };
      memory.set(record.orderId, record);
      history.replaceState({ ...history.state, [inHistory]: text }, "");
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

function fromHistory(): string | null {
  const state: unknown = history.state;
  if (typeof state !== "object" || state === null || !(inHistory in state)) return null;
  return typeof state[inHistory] === "string" ? state[inHistory] : null;
}
