import { decide } from "../faults/decide.ts";
import { type Fault, parsePlan, writeFault } from "../faults/plan.ts";

/** More than any order receives: its deliveries, their doubles, and the asking again. */
const ARRIVALS_MAX = 24;

/**
 * The plan of one order, with its chances drawn: `lose-response@%30#7` becomes `lose-response@2+5`. Drawn from the seed and the
 * order's number alone, never from its random key, so that the same seed meets the same faults on any machine.
 */
export function drawPlan(plan: string, seed: number, order: number): string {
  return parsePlan(plan)
    .map((fault) => drawn(fault, seed, order))
    .filter((entry) => entry !== undefined)
    .join(",");
}

function drawn(fault: Fault, seed: number, order: number): string | undefined {
  const { arrivals } = fault;
  if (arrivals.kind !== "chance") return writeFault(fault);
  const seeded: Fault = { ...fault, arrivals: { ...arrivals, seed: String(seed) } };
  const numbers = Array.from({ length: ARRIVALS_MAX }, (_, at) => at + 1).filter((arrival) =>
    decide([seeded], fault.name, { account: "storm", key: String(order), arrival }),
  );
  return numbers.length > 0
    ? writeFault({ ...fault, arrivals: { kind: "these", numbers } })
    : undefined;
}
