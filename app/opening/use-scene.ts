"use client";

import { useRef, useState } from "react";
import type { Money } from "../checkout/intent/record.ts";
import { losePlan, playScene } from "./play-scene.ts";
import type { SideStory } from "./scene.ts";

export type Stage = "ready" | "naive" | "idempotent" | "over" | "lost";

export interface SceneState {
  stage: Stage;
  clicks: number;
  orderId: string | undefined;
  naive: SideStory | undefined;
  idempotent: SideStory | undefined;
}

const before: SceneState = {
  stage: "ready",
  clicks: 0,
  orderId: undefined,
  naive: undefined,
  idempotent: undefined,
};

/** The opening scene's run. A press while it runs is a click and no more: it is counted, and starts nothing. */
export function useScene(given: { account: string; sku: string; total: Money }) {
  const [state, setState] = useState(before);
  const running = useRef(false);

  async function press(faultPlan = losePlan) {
    // Not the state: two presses in one turn of the event loop both see the old one.
    if (running.current) return setState((now) => ({ ...now, clicks: now.clicks + 1 }));
    running.current = true;
    setState({ ...before, stage: "naive", clicks: 1 });
    const tell = (change: Partial<SceneState>) => setState((now) => ({ ...now, ...change }));
    await playScene({
      ...given,
      faultPlan,
      onOrder: (orderId) => tell({ orderId }),
      onNaive: (naive) => tell({ naive, stage: "idempotent" }),
      onIdempotent: (idempotent) => tell({ idempotent, stage: "over" }),
    }).catch(() => tell({ stage: "lost" }));
    running.current = false;
  }

  return { ...state, press };
}
