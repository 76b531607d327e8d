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
    return (
      draw([fault.arrivals.seed, at.account, at.key, name, at.arrival]) < fault.arrivals.probability
    );
  });
}

function draw(from: (string | number)[]): number {
  return createHash("sha256").update(JSON.stringify(from)).digest().readUInt32BE(0) / 2 ** 32;
}
