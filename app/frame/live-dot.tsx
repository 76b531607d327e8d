"use client";

import { useSyncExternalStore } from "react";
import { liveState, type LiveState, watchLiveState } from "../live/live-state.ts";

/** Drawn: the page's font has no such signs. */
const LOOKS: Record<LiveState, [mark: string, word: string, ink: string]> = {
  live: ["fill-current", "live", "text-muted"],
  lost: ["fill-none [stroke-dasharray:2]", "reconnecting", "text-unknown"],
  paused: ["fill-none", "paused", "text-muted"],
};

/** Whether what this page shows follows the server right now. Paused: nothing on it has to. */
export function LiveDot() {
  const state = useSyncExternalStore<LiveState>(watchLiveState, liveState, () => "paused");
  const [mark, word, ink] = LOOKS[state];
  return (
    <p
      data-live-dot={state}
      className={`flex items-center gap-1.5 text-small whitespace-nowrap ${ink}`}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true" className={`size-2.5 stroke-current ${mark}`}>
        <circle cx="6" cy="6" r="5" />
      </svg>
      <span className="max-[620px]:sr-only">{word}</span>
    </p>
  );
}
