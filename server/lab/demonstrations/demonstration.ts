import type { Context, LabGear } from "../../trpc/context.ts";

export const PATTERNS = ["key", "upsert", "mark-as-sent", "events", "steps", "atomicity"] as const;
export type PatternId = (typeof PATTERNS)[number];
/** Where a link to the page may lead. */
export const ANCHORS = [...PATTERNS, "fence"] as const;

/** Where a piece of code stands: a file from the project's root, and the declaration in it or what its markers enclose. */
export interface Place {
  file: string;
  /** Of a function or constant that begins a line; without it the lines between `// cause:` and `// end`. */
  name?: string;
}

/** A piece of code with the sentence that says what to look at in it. */
export interface Shown extends Place {
  says: string;
}

/** A link to where more of it can be seen. */
export interface More {
  href: string;
  name: string;
}

/** Two words that a pattern needs, explained under it. Its id is an anchor of the page. */
export interface Aside {
  id: Exclude<(typeof ANCHORS)[number], PatternId>;
  title: string;
  text: string;
  code: Shown[];
  page: More;
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
  /** Where one button plays several: which of them this was. */
  fault?: string;
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
  /** What to do, in a sentence. */
  rule: string;
  /** What that does not do. */
  limit: string;
  /** What the button says, and what it does to both sides. */
  breaks: string;
  /** What decides comes first. */
  production: Shown[];
  twin: Place;
  /** Where it is at home in the shop. */
  home: string;
  /** The page on which it can be seen at length, if there is one. */
  page?: More;
  aside?: Aside;
  run(stage: Stage): Promise<Side[]>;
}
