import { type Source, sourceOf } from "../source-of.ts";
import { atomicity } from "./atomicity.ts";
import type { Demonstration, PatternId, Side, Stage } from "./demonstration.ts";
import { events } from "./events.ts";
import { key } from "./key.ts";
import { markAsSent } from "./mark-as-sent.ts";
import { steps } from "./steps.ts";
import { upsert } from "./upsert.ts";

const DEMONSTRATIONS: readonly Demonstration[] = [
  key,
  upsert,
  markAsSent,
  events,
  steps,
  atomicity,
];

export interface DescribedPattern extends Pick<
  Demonstration,
  "id" | "title" | "story" | "breaks" | "home" | "page"
> {
  production: Source;
  twin: Source;
}

/** The patterns for the page, each with the code that runs, read from its file. */
export async function describePatterns(): Promise<DescribedPattern[]> {
  return await Promise.all(
    DEMONSTRATIONS.map(async ({ id, title, story, breaks, home, page, production, twin }) => ({
      id,
      title,
      story,
      breaks,
      home,
      ...(page && { page }),
      production: await sourceOf(production),
      twin: await sourceOf(twin),
    })),
  );
}

/** Breaks one pattern and its wrong twin in the same way, for real, and tells what the rows and the bank say. */
export async function demonstrate(id: PatternId, stage: Stage): Promise<Side[]> {
  const found = DEMONSTRATIONS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`No demonstration is called ${id}`);
  return await found.run(stage);
}
