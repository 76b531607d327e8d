import { createHash } from "node:crypto";
import type { Fault, FaultName } from "./plan.ts";

/**
 * The fault of this name that arrival number `arrival` of a key meets, if any. A pure function of its
 * arguments: the same plan gives the same run, on any instance and in any lane.
 */
export function decide(
  plan: Fault[],
  name: FaultName,
  at: { account: string; key: string; arrival: number },
): Fault | undefined {
  return plan.find((fault) => {
    if (fault.name !== name) return false;
    if (fault.arrivals.kind === "every") return true;
    if (fault.arrivals.kind === "these") return fault.arrivals.numbers.includes(at.arrival);
    return (drawOf(fault, at) ?? 1) < fault.arrivals.probability;
  });
}

/** What a chance drew for this arrival, from 0 up to 1; undefined where no chance decides. */
export function drawOf(
  { name, arrivals }: Fault,
  at: { account: string; key: string; arrival: number },
): number | undefined {
  if (arrivals.kind !== "chance") return undefined;
  return draw([arrivals.seed, at.account, at.key, name, at.arrival]);
}

function draw(from: (string | number)[]): number {
  return createHash("sha256").update(JSON.stringify(from)).digest().readUInt32BE(0) / 2 ** 32;
}
