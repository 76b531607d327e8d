import { type Played, rest } from "../histories/play.ts";
import type { Shape, Step } from "../histories/step.ts";
import { SOUND, type Variant } from "../histories/variant.ts";
import { type Place, World } from "../histories/world.ts";

/** What may happen besides the attempts' own moves, each at every point of time, and each at most this often. */
export interface Troubles {
  attempts: number;
  /** An attempt dies where it is held. */
  deaths: number;
  /** All leases that run are over. */
  leaseEnds: number;
  /** A call is refused before anything, or its answer is lost. */
  bank: number;
}

export interface Explored {
  schedules: number;
  /** The longest one's number of steps. */
  longest: number;
  found?: Played;
}

/**
 * Every order in which the attempts of one intent can take their statements and calls, with the troubles at every place
 * where they can be: each order is a history of its own, on keys of its own, and is healed and looked at as one.
 * @param atOnce schedules that are played side by side; they share tables and nothing else
 */
export async function explore(
  place: Place,
  { shape, troubles, variant = SOUND, atOnce = 32 }: Exploration,
): Promise<Explored> {
  // Each prefix is the start of a schedule: which of the steps that could be taken was taken, first to last.
  const prefixes: number[][] = [[]];
  const explored: Explored = { schedules: 0, longest: 0 };
  let playing = 0;
  const player = async () => {
    while (explored.found === undefined && (prefixes.length > 0 || playing > 0)) {
      const prefix = prefixes.pop();
      if (prefix === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      playing += 1;
      const { played, others } = await playOne(new World(place, shape, variant), prefix, troubles);
      playing -= 1;
      prefixes.push(...others);
      explored.schedules += 1;
      explored.longest = Math.max(explored.longest, played.steps.length);
      if (played.violations.length > 0) explored.found ??= played;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, player));
  return explored;
}

export interface Exploration {
  shape: Shape;
  troubles: Troubles;
  variant?: Variant;
  atOnce?: number;
}

/** Follows the prefix, then always the first of what can be done; gives the prefixes of what could have been done instead. */
async function playOne(world: World, prefix: number[], troubles: Troubles) {
  const steps: Step[] = [];
  const chosen: number[] = [];
  const others: number[][] = [];
  while (world.witness.violations.length === 0) {
    const options = whatCanBeDone(world, steps, troubles);
    if (options.length === 0) break;
    const mine = prefix[chosen.length] ?? 0;
    if (chosen.length >= prefix.length)
      for (let at = 1; at < options.length; at += 1) others.push([...chosen, at]);
    const step = options[mine];
    if (step === undefined) throw new RangeError("a schedule that is not the same the second time");
    chosen.push(mine);
    steps.push(step);
    await world.take(step);
  }
  const played = await rest(world, { shape: world.shape, steps });
  return { played, others };
}

function whatCanBeDone(world: World, taken: Step[], troubles: Troubles): Step[] {
  const count = (is: (step: Step) => boolean) => taken.filter(is).length;
  const held = [...world.actors.values()].filter(({ at }) => at !== undefined);
  const options: Step[] = [];
  for (const { name, at } of held) {
    const go = { do: "go", who: name } as const;
    options.push({ ...go, how: "goes on", until: "a boundary" });
    if (count(isDeath) < troubles.deaths) options.push({ ...go, how: "dies" });
    if (count(isOfBank) < troubles.bank) {
      if (at === "call")
        options.push({ ...go, how: "is refused before anything", until: "a boundary" });
      if (at === "answer" || at === "look-up")
        options.push({ ...go, how: "loses the answer", until: "a boundary" });
    }
  }
  const { length } = world.asked;
  // The attempts are alike, so only the next one can be the next to ask.
  if (length < troubles.attempts)
    options.push({ do: "ask", as: `a${length + 1}`, intent: 0, how: "plainly" });
  // Where nobody has the key there is no lease, and after the last end nothing has begun that could end.
  const runs = held.some(({ fence }) => fence !== undefined);
  const ends = taken.at(-1)?.do === "end leases";
  if (runs && !ends && count((step) => step.do === "end leases") < troubles.leaseEnds)
    options.push({ do: "end leases" });
  return options;
}

function isDeath(step: Step): boolean {
  return step.do === "go" && step.how === "dies";
}

function isOfBank(step: Step): boolean {
  return (
    step.do === "go" &&
    (step.how === "loses the answer" || step.how === "is refused before anything")
  );
}
