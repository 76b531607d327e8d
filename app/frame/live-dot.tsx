"use client";

import { useSyncExternalStore } from "react";
import { liveState, type LiveState, watchLiveState } from "../live/live-state.ts";

const LOOKS: Record<LiveState, [mark: string, word: string, ink: string]> = {
  live: ["●", "live", "text-muted"],
  lost: ["◌", "reconnecting", "text-unknown"],
  paused: ["○", "paused", "text-muted"],
};

/** Whether what this page shows follows the server right now. Paused: nothing on it has to. */
export function LiveDot() {
  const state = useSyncExternalStore<LiveState>(watchLiveState, liveState, () => "paused");
  const [mark, word, ink] = LOOKS[state];
  return (
    <p data-live-dot={state} className={`text-small whitespace-nowrap ${ink}`}>
      <span aria-hidden="true">{mark} </span>
      <span className="max-[620px]:sr-only">{word}</span>
    </p>
  );
}
