import { LIFECYCLE, type LifecyclePoint } from "../../server/idempotency/index.ts";

/** Where an attempt can be held: at each lifecycle event, before each statement, and around each call of the bank. */
export const PLACES = [...LIFECYCLE, "statement", "call", "answer", "look-up"] as const;
export type Place = LifecyclePoint | "statement" | "call" | "answer" | "look-up";

/** How far an attempt goes: up to this place; to the next statement or call, and then it is held before it; or to its end. */
export type Until = Place | "a boundary" | "its end";

/** What becomes of an attempt that is let go. One that does not fit the place it is held at means "goes on". */
export type Outcome =
  | "goes on"
  | "dies"
  | "throws"
  | "is cut off before it"
  | "is cut off after it"
  | "is refused before anything"
  | "is declined"
  | "loses the answer";

export type Asking =
  | "plainly"
  | "and waits"
  | "another amount"
  | "a stale price"
  | "as a neighbour"
  /** Whose requests have one member more; each deploy reads what the other one has recorded. */
  | "by a newer deploy";

/** One thing that happens. A history is a list of these: data, so that it can be printed, repeated and made smaller. */
export type Step =
  | { do: "ask"; as: string; intent: number; how: Asking; until?: Until }
  | { do: "go"; who: string; how: Outcome; until?: Until }
  | { do: "end leases" }
  | { do: "complete"; as: string; onAbandon: "complete" | "void"; until?: Until }
  | { do: "fail to read" }
  | { do: "grow old" }
  | { do: "change prices" }
  | { do: "reap" };

/** What does not change within a history. */
export interface Shape {
  /** `amnesic` charges whatever comes; its horizon is 0. `honest` gives a key it knows the first result again. */
  bank: "honest" | "amnesic";
  marks: "in the claim" | "at its step";
  commits: "by statements" | "by ordinary queries" | "in a transaction" | "rows only";
  steps: 1 | 2;
  extra: "nothing" | "records its first step at once" | "writes alongside";
  /** Whether a released payment runs again only for the prices that it was frozen with, and is voided else. */
  again: boolean;
  /** Whether intents belong to orders; without, only the key stands between two charges. */
  orders: boolean;
  /** Who mends things once the faults have stopped. */
  healer: "the client" | "the completer";
}

export interface History {
  /** Undefined where the steps were not drawn. */
  seed?: number;
  shape: Shape;
  steps: Step[];
}

export function tell(step: Step): string {
  switch (step.do) {
    case "ask":
      return `${step.as} asks for intent ${step.intent}, ${step.how}${upTo(step)}`;
    case "go":
      return `${step.who} ${step.how}${upTo(step)}`;
    case "end leases":
      return "every lease is over";
    case "complete":
      return `${step.as}: a round of the completer (${step.onAbandon})${upTo(step)}`;
    case "fail to read":
      return "for ten minutes the worker is one that cannot read what it finds";
    case "grow old":
      return "the horizon passes, and the bank forgets its keys";
    case "change prices":
      return "prices change";
    case "reap":
      return "72 h pass, and the reaper comes";
  }
}

function upTo({ until }: { until?: Until }): string {
  return until ? `, up to ${until}` : "";
}
