import { type Source, sourceOf } from "../source-of.ts";
import { atomicity } from "./atomicity.ts";
import type { Aside, Demonstration, PatternId, Shown, Side, Stage } from "./demonstration.ts";
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

export type ShownSource = Source & Pick<Shown, "says">;

export interface DescribedPattern extends Pick<
  Demonstration,
  "id" | "title" | "story" | "rule" | "limit" | "breaks" | "home" | "page"
> {
  production: ShownSource[];
  twin: Source;
  aside?: Omit<Aside, "code"> & { code: ShownSource[] };
}

/** The patterns for the page, each with the code that runs, read from its file. */
export async function describePatterns(): Promise<DescribedPattern[]> {
  return await Promise.all(
    DEMONSTRATIONS.map(async ({ run: _run, production, twin, aside, ...told }) => ({
      ...told,
      production: await sourcesOf(production),
      twin: await sourceOf(twin),
      ...(aside && { aside: { ...aside, code: await sourcesOf(aside.code) } }),
    })),
  );
}

async function sourcesOf(shown: Shown[]): Promise<ShownSource[]> {
  return await Promise.all(
    shown.map(async ({ says, ...place }) => ({ ...(await sourceOf(place)), says })),
  );
}

/** Breaks one pattern and its wrong twin in the same way, for real, and tells what the rows and the bank say. */
export async function demonstrate(id: PatternId, stage: Stage): Promise<Side[]> {
  const found = DEMONSTRATIONS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`No demonstration is called ${id}`);
  return await found.run(stage);
}
