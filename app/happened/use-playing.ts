"use client";

import { useEffect, useState } from "react";
import type { Step } from "./step.ts";

export interface Playing {
  /** How many events are shown. */
  at: number;
  count: number;
  running: boolean;
  speed: number;
  toggle(): void;
  step(by: number): void;
  /** To the next decision of the plan, or the one before. */
  decide(by: 1 | -1): void;
  goTo(at: number): void;
  setSpeed(speed: number): void;
}

/** Between two events as between them in life, within what a person can watch. */
const PAUSE_MS = { least: 90, most: 900 };

/**
 * Plays what happened again. @param shown null: all of it, live. @param show told where it is left, and not of each event
 * on the way: it is written into the address, and Next drops a navigation under way whenever the address is written.
 */
export function usePlaying(
  steps: readonly Step[],
  shown: number | null,
  show: (at: number | null) => void,
): Playing {
  const [running, setRunning] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [played, setPlayed] = useState(0);
  const count = steps.length;
  const at = Math.min(running ? played : (shown ?? count), count);

  useEffect(() => {
    if (!running) return;
    if (at >= count) {
      setRunning(false);
      return;
    }
    const gapMs = (steps[at]?.afterMs ?? 0) - (steps[at - 1]?.afterMs ?? 0);
    const pauseMs = Math.min(Math.max(gapMs, PAUSE_MS.least), PAUSE_MS.most) / speed;
    const timer = setTimeout(() => setPlayed(at + 1), pauseMs);
    return () => clearTimeout(timer);
  }, [running, at, count, speed, steps]);

  const goTo = (to: number) => {
    setRunning(false);
    const next = Math.min(Math.max(to, 0), count);
    show(next >= count ? null : next);
  };
  return {
    at,
    count,
    running,
    speed,
    setSpeed,
    goTo,
    step: (by) => goTo(at + by),
    decide(by) {
      const decisions = steps.flatMap(({ event }, index) =>
        event.detail?.fault ? [index + 1] : [],
      );
      const next =
        by > 0 ? decisions.find((one) => one > at) : decisions.findLast((one) => one < at);
      if (next !== undefined) goTo(next);
    },
    toggle() {
      if (running) return goTo(at);
      setPlayed(at >= count ? 0 : at);
      if (shown !== null) show(null);
      setRunning(true);
    },
  };
}
