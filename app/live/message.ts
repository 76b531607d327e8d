import type { TimelineEvent } from "../trpc/outputs.ts";

/** What the one stream of this browser tells all tabs. `at`: milliseconds, this browser's clock. */
export type LiveMessage =
  | { type: "live"; at: number }
  /** Nothing is known to be new since `at`. */
  | { type: "lost"; at: number }
  | { type: "events"; at: number; events: TimelineEvent[] };

/** What a tab tells the worker that owns the stream. Repeated while visible: a tab that crashed says no goodbye. */
export type TabMessage = { type: "visible" } | { type: "hidden" };

export const LIVE_CHANNEL = "payonce.live";
export const VISIBLE_EVERY_MS = 10_000;
