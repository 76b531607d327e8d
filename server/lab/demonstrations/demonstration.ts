import type { Context, LabGear } from "../../trpc/context.ts";

export const PATTERNS = ["key", "upsert", "mark-as-sent", "events", "steps", "atomicity"] as const;
export type PatternId = (typeof PATTERNS)[number];

/** Where a piece of code stands: a file from the project's root, and the function in it or what its markers enclose. */
export interface Place {
  file: string;
  /** Of a function that begins a line; without it the lines between `// cause:` and `// end`. */
  name?: string;
}

/** Rows as they stand, told in text. */
export interface Rows {
  title: string;
  columns: string[];
  rows: string[][];
}

/** What became of one piece of code under the fault. */
export interface Side {
  name: string;
  /** False where the pattern's promise was broken, as a wrong twin's has to be. */
  holds: boolean;
  /** What happened, in numbers that were read from rows and from the bank. */
  sentence: string;
  tables: Rows[];
}

/** What a demonstration may use: everything real, for the account of the session. */
export interface Stage {
  ctx: Context;
  lab: LabGear;
}

export interface Demonstration {
  id: PatternId;
  title: string;
  /** One customer, one minute. */
  story: string;
  /** What the button says, and what it does to both sides. */
  breaks: string;
  production: Place;
  twin: Place;
  /** Where it is at home in the shop. */
  home: string;
  /** The page on which it can be seen at length, if there is one. */
  page?: { href: string; name: string };
  run(stage: Stage): Promise<Side[]>;
}
