import { type Choose, oneOf } from "./choose.ts";
import { type Outcome, type Place, PLACES, type Shape, type Step } from "./step.ts";
import type { World } from "./world.ts";

/** Which kinds of trouble a seed has: each draws its own, so that rare ones are not always hidden by common ones. */
export interface Trouble {
  deaths: boolean;
  cuts: boolean;
  bank: boolean;
  age: boolean;
  reaper: boolean;
}

export function drawShape(choose: Choose): Shape {
  return {
    bank: oneOf(choose, [
      [3, "honest"],
      [2, "amnesic"],
    ]),
    marks: oneOf(choose, [
      [1, "in the claim"],
      [1, "at its step"],
    ]),
    commits: oneOf(choose, [
      [3, "by statements"],
      [2, "by ordinary queries"],
      [3, "in a transaction"],
      [1, "rows only"],
    ]),
    steps: oneOf(choose, [
      [2, 1],
      [1, 2],
    ]),
    orders: choose(4) > 0,
    healer: oneOf(choose, [
      [1, "the client"],
      [1, "the completer"],
    ]),
  };
}

export function drawTrouble(choose: Choose): Trouble {
  const some = () => choose(3) > 0;
  return { deaths: some(), cuts: some(), bank: some(), age: choose(4) === 0, reaper: some() };
}

/** The next step, among those that can be taken now. */
export function drawStep(world: World, trouble: Trouble, choose: Choose, at: number): Step {
  const held = [...world.actors.values()].filter((actor) => actor.at !== undefined);
  const asks = world.asked.length;
  const kinds: [number, Step["do"]][] = [
    [asks === 0 ? 8 : asks < 6 ? 3 : 0, "ask"],
    [held.length > 0 ? 9 : 0, "go"],
    [asks > 0 ? 3 : 0, "end leases"],
    [asks > 0 && world.hasBank ? 2 : 0, "complete"],
    [asks > 0 && trouble.age && world.hasBank ? 1 : 0, "grow old"],
    [asks > 0 ? 1 : 0, "change prices"],
    [asks > 0 && trouble.reaper ? 1 : 0, "reap"],
  ];
  const kind = oneOf(choose, kinds);
  if (kind === "ask") return drawAsk(world, choose);
  if (kind === "complete")
    return { do: kind, as: `c${at}`, onAbandon: choose(3) === 0 ? "void" : "complete" };
  if (kind !== "go") return { do: kind };
  const actor = held[choose(held.length)];
  return { do: "go", who: actor?.name ?? "", ...drawWay(actor?.at, trouble, choose) };
}

function drawAsk(world: World, choose: Choose): Step {
  const how = oneOf(choose, [
    [10, "plainly"],
    [2, "and waits"],
    [2, "another amount"],
    [world.hasBank ? 1 : 0, "a stale price"],
    [2, "as a neighbour"],
  ] as const);
  const intent = oneOf(choose, [
    [6, 0],
    [2, 1],
    [1, 2],
  ] as const);
  return { do: "ask", as: `a${world.asked.length + 1}`, intent, how };
}

function drawWay(
  at: Place | undefined,
  trouble: Trouble,
  choose: Choose,
): { how: Outcome; until?: Place | "its end" } {
  const cut = trouble.cuts ? 1 : 0;
  const death = trouble.deaths ? 1 : 0;
  const bank = trouble.bank ? 1 : 0;
  const how = oneOf<Outcome>(choose, [
    [12, "goes on"],
    [2 * death, "dies"],
    ...(at === "statement"
      ? ([
          [cut, "is cut off before it"],
          [2 * cut, "is cut off after it"],
          [cut, "throws"],
        ] as const)
      : at === "call"
        ? ([
            [3 * bank, "is refused before anything"],
            [2 * bank, "is declined"],
          ] as const)
        : at === "answer" || at === "look-up"
          ? ([[4 * bank, "loses the answer"]] as const)
          : ([[death, "throws"]] as const)),
  ]);
  const far = choose(10);
  if (far < 4) return { how };
  return { how, until: far < 7 ? (PLACES[choose(PLACES.length)] ?? "its end") : "its end" };
}
