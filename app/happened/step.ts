import type { TimelineEvent } from "../trpc/outputs.ts";
import type { MarkName } from "./marks.ts";

export const ACTORS = ["You", "Browser", "Network", "Server", "Postgres", "Bank"] as const;
export type Actor = (typeof ACTORS)[number];

/** One event as it is shown: who to whom, how it is drawn, and the whole sentence that names it. */
export interface Step {
  event: TimelineEvent;
  from: Actor;
  to: Actor;
  mark: MarkName;
  /** Short, for the arrow. */
  label: string;
  /** Ends in the middle: it never arrived. */
  lost: boolean;
  /** Since the first event, on the server's clock. */
  afterMs: number;
  sentence: string;
}

/** "41 ms", "2.04 s". */
export function sayMs(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
