"use client";

import { Button } from "../ui/button.tsx";
import type { Playing } from "./use-playing.ts";

const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** Play, step, scrub, speed, fork. What is shown is a beginning of what happened; at its end it is live again. */
export function Player({
  playing,
  onFork,
}: {
  playing: Playing;
  onFork?: (() => void) | undefined;
}) {
  const { at, count, speed } = playing;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button look="quiet" className="min-w-[92px]" onPress={playing.toggle}>
        {playing.running ? "‖ Pause" : "▶ Play"}
      </Button>
      <Button look="quiet" className="px-3!" onPress={() => playing.step(-1)}>
        <span aria-hidden="true">‹</span>
        <span className="sr-only">Step back</span>
      </Button>
      <Button look="quiet" className="px-3!" onPress={() => playing.step(1)}>
        <span aria-hidden="true">›</span>
        <span className="sr-only">Step forward</span>
      </Button>
      <input
        type="range"
        aria-label="Events shown"
        aria-valuetext={`${at} of ${count} events`}
        min={0}
        max={count}
        value={at}
        onChange={(event) => playing.goTo(Number(event.target.value))}
        className="h-11 min-w-[120px] flex-1 accent-accent"
      />
      <output className="font-mono text-small text-muted">
        {at} / {count}
      </output>
      <label className="inline-flex min-h-11 items-center gap-1.5 text-small text-muted">
        Speed
        <select
          value={speed}
          onChange={(event) => playing.setSpeed(Number(event.target.value))}
          className="min-h-9 rounded-md border border-control bg-panel px-1.5 text-ink"
        >
          {SPEEDS.map((each) => (
            <option key={each} value={each}>
              {each}×
            </option>
          ))}
        </select>
      </label>
      {onFork && (
        <Button look="quiet" onPress={onFork}>
          Fork from here
        </Button>
      )}
    </div>
  );
}
