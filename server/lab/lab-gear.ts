import type { LabGear } from "../trpc/context.ts";
import { LANES } from "./lane.ts";
import { receiveEvent } from "./receive-event.ts";
import { laneOf } from "./sub-account.ts";

const ACCOUNTS_MAX = 1_000;

/** The lab of this process. Its memory is the process's own: another instance has another. */
export function labGear(
  given: Pick<LabGear, "db" | "payments" | "deliveries" | "pass" | "finalMs">,
): LabGear {
  const memory = new Map<string, Map<string, Map<string, unknown>>>();
  return {
    ...given,
    receive: (event) => (laneOf(event.account) ? receiveEvent(given.db, event) : undefined),
    isLane: (name): name is string => LANES.some((lane) => lane === name),
    memoryOf(account, lane) {
      for (const oldest of memory.keys()) {
        if (memory.size < ACCOUNTS_MAX) break;
        memory.delete(oldest);
      }
      const lanes = memory.get(account) ?? new Map<string, Map<string, unknown>>();
      memory.set(account, lanes);
      const own = lanes.get(lane) ?? new Map<string, unknown>();
      lanes.set(lane, own);
      return own;
    },
    forget: (account) => void memory.delete(account),
  };
}
