import type { Actor } from "./actor.ts";
import { type Choose, oneOf } from "./choose.ts";
import type { Outcome, Place, Shape, Step, Until } from "./step.ts";
import type { World } from "./world.ts";

/** Which kinds of trouble a seed has: each draws its own, so that rare ones are not always hidden by common ones. */
export interface Trouble {
  deaths: boolean;
  cuts: boolean;
  bank: boolean;
  age: boolean;
  unread: boolean;
  reaper: boolean;
}

export function drawShape(choose: Choose): Shape {
  return {
    bank: oneOf(choose, [
      [3, "honest"],
      [2, "amnesic"],
    ]),
    marks: oneOf(choose, [
      [2, "in the claim"],
      [3, "at its step"],
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
    extra: oneOf(choose, [
      [2, "nothing"],
      [1, "records its first step at once"],
      [1, "writes alongside"],
    ]),
    again: choose(2) === 0,
    orders: choose(4) > 0,
    healer: oneOf(choose, [
      [1, "the client"],
      [1, "the completer"],
    ]),
  };
}

export function drawTrouble(choose: Choose): Trouble {
  const some = () => choose(3) > 0;
  const [age, unread] = [choose(4) === 0, choose(4) === 0];
  return { deaths: some(), cuts: some(), bank: some(), age, unread, reaper: some() };
}

/** The next step, among those that can be taken now and would do something. */
export function drawStep(world: World, trouble: Trouble, choose: Choose, at: number): Step {
  const actors = [...world.actors.values()];
  const held = actors.filter((actor) => actor.at !== undefined);
  const asks = world.asked.length;
  const isGranted = world.witness.fences.size > 0;
  const isEnded = world.witness.told.some(({ code }) => /^(answer|VOIDED)$/.test(code));
  const kinds: [number, Step["do"]][] = [
    [asks === 0 ? 8 : asks < 6 ? 3 : 0, "ask"],
    [held.length > 0 ? 16 : 0, "go"],
    [isGranted ? 3 : 0, "end leases"],
    [isGranted ? 3 : 0, "complete"],
    [isGranted && trouble.unread ? 2 : 0, "fail to read"],
    [isGranted && trouble.age ? 1 : 0, "grow old"],
    [asks > 0 ? 1 : 0, "change prices"],
    [isEnded && trouble.reaper ? 1 : 0, "reap"],
  ];
  const kind = oneOf(choose, kinds);
  if (kind === "ask") return { ...drawAsk(world, choose), ...drawUntil("before-claim", choose) };
  if (kind === "complete") {
    const onAbandon = choose(2) === 0 ? "void" : "complete";
    return { do: kind, as: `c${at}`, onAbandon, ...drawUntil("before-claim", choose) };
  }
  if (kind !== "go") return { do: kind };
  // Who owns a key, or owned one, is in the way of more.
  const weighted = held.map((one) => [one.fence === undefined ? 1 : 3, one] as const);
  const actor = oneOf(choose, weighted);
  const how = drawHow(actor, trouble, choose);
  return { do: "go", who: actor.name, how, ...drawUntil(actor.at ?? "before-claim", choose) };
}

function drawAsk(world: World, choose: Choose): Step & { do: "ask" } {
  const how = oneOf(choose, [
    [10, "plainly"],
    [2, "and waits"],
    [2, "another amount"],
    [world.hasBank ? 1 : 0, "a stale price"],
    [2, "as a neighbour"],
    [2, "by a newer deploy"],
  ] as const);
  const intent = oneOf(choose, [
    [6, 0],
    [2, 1],
    [1, 2],
  ] as const);
  return { do: "ask", as: `a${world.asked.length + 1}`, intent, how };
}

/** What lies ahead of whom nothing befalls, in its order. */
const AHEAD = [
  "after-claim",
  "before-provider",
  "look-up",
  "call",
  "answer",
  "after-provider",
  "before-commit",
] as const;

/** Mostly to where others can come in between; sometimes to whatever it meets next, which may be a refusal that is not told yet. */
function drawUntil(at: Place, choose: Choose): { until?: Until } {
  const ahead = AHEAD.slice(AHEAD.findIndex((place) => place === at) + 1);
  return oneOf<{ until?: Until }>(choose, [
    [6, { until: "a boundary" }],
    [ahead.length > 0 ? 2 : 0, { until: ahead[choose(Math.max(1, ahead.length))] ?? "its end" }],
    [1, {}],
    [1, { until: "its end" }],
  ]);
}

/** What befalls an attempt, as the place where it is held allows. */
function drawHow({ at, fence }: Actor, trouble: Trouble, choose: Choose): Outcome {
  const cut = trouble.cuts ? 1 : 0;
  const death = trouble.deaths ? 1 : 0;
  // Who dies before its claim might as well never have come.
  const owner = fence === undefined ? 0 : death;
  const bank = trouble.bank ? 1 : 0;
  const ofPlace: Partial<Record<Place, [number, Outcome][]>> = {
    "before-claim": [],
    statement: [
      [cut, "is cut off before it"],
      [2 * cut, "is cut off after it"],
      [cut, "throws"],
      [2 * owner, "dies"],
    ],
    call: [
      [5 * bank, "is refused before anything"],
      [2 * bank, "is declined"],
      [2 * death, "dies"],
    ],
    answer: [
      [6 * bank, "loses the answer"],
      [2 * death, "dies"],
    ],
    "look-up": [
      [8 * bank, "loses the answer"],
      [death, "dies"],
    ],
  };
  const ofOthers: [number, Outcome][] = [
    [death, "throws"],
    [2 * death, "dies"],
  ];
  return oneOf<Outcome>(choose, [[10, "goes on"], ...((at && ofPlace[at]) ?? ofOthers)]);
}
