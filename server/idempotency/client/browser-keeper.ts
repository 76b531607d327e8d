import type { IntentRecord } from "./intent-record.ts";
import type { IntentLife } from "./intent-life.ts";

/** Where records live. `kept` tells whether the browser will still have it after a reload of another tab. */
export interface RecordKeeper<Input, Answer> {
  read(orderId: string): IntentRecord<Input, Answer> | null;
  /** Writes and reads back. Returns what stands there now: what is not read back must not be sent. */
  write(record: IntentRecord<Input, Answer>): {
    record: IntentRecord<Input, Answer>;
    kept: boolean;
  };
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
  return {
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
    forget(orderId) {
      memory.delete(orderId);
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
