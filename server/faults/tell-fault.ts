import { drawOf } from "./decide.ts";
import { type Fault, writeFault } from "./plan.ts";

/** A decision of the plan as a line of the timeline: what, and why now. */
export function tellFault(
  fault: Fault,
  at: { account: string; key: string; arrival: number },
  happened: boolean,
) {
  const draw = drawOf(fault, at);
  const chance = fault.arrivals.kind === "chance" ? fault.arrivals : undefined;
  const length = fault.ms > 0 ? ` (${fault.ms} ms)` : "";
  const decision =
    chance && draw !== undefined
      ? `seed ${chance.seed} · draw ${draw.toFixed(2)} ${happened ? "<" : "≥"} ${chance.probability.toFixed(2)}`
      : fault.arrivals.kind === "these"
        ? `arrival ${at.arrival} of ${fault.arrivals.numbers.join(", ")}`
        : "every arrival";
  return {
    point: happened ? "fault" : "spared",
    outcome: happened ? ("unknown" as const) : ("none" as const),
    text: happened
      ? `Fault: ${fault.name}${length}`
      : `No fault: ${fault.name} was drawn and passed`,
    detail: {
      fault: {
        entry: writeFault(fault),
        name: fault.name,
        happened,
        decision,
        ...(chance && { seed: chance.seed, probability: chance.probability }),
        ...(draw !== undefined && { draw }),
      },
    },
  };
}
