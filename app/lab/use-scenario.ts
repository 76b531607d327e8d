"use client";

import type { Lane, Preset } from "../trpc/outputs.ts";
import { withSeed } from "./plan-text.ts";
import { LINK_VERSION, type Mode, useLabUrl } from "./use-lab-url.ts";

/** A plan that is nobody's preset: the easy case. */
const NO_PLAN = "";
const DEFAULT_SEED = "7";

/** What the URL and the preset say together. */
export function useScenario(preset: Preset | null, lanes: readonly Lane[]) {
  const [url, setUrl] = useLabUrl();
  const mode: Mode = url.m ?? "split";
  const wanted = url.lane ?? preset?.lane ?? "naive";
  const wrong = lanes.find(({ lane }) => lane === wanted) ?? lanes[0];
  const own = preset?.plan ?? NO_PLAN;
  const seed = url.seed ?? seedOf(own) ?? DEFAULT_SEED;
  const plan = withSeed(url.plan ?? own, seed);
  return {
    url,
    mode,
    wrong,
    plan,
    seed,
    newer: url.v !== null && url.v > LINK_VERSION,
    /** Which lanes run, the wrong one first. */
    running: lanesOf(mode, wrong?.lane ?? "naive"),
    setMode: (m: Mode) => void setUrl({ m }),
    setLane: (lane: string) =>
      void setUrl({ lane: lane === (preset?.lane ?? "naive") ? null : lane }),
    setPlan: (text: string) =>
      void setUrl(text === own ? { plan: null, v: null } : { plan: text, v: LINK_VERSION }),
    setSeed: (text: string) => void setUrl({ seed: text === "" ? null : text }),
    setShown: (t: number | null) => void setUrl({ t }),
    setView: (view: "sequence" | "timeline" | "list") => void setUrl({ view }),
  };
}

export type Scenario = ReturnType<typeof useScenario>;

function lanesOf(mode: Mode, wrong: string): string[] {
  if (mode === "naive") return [wrong];
  if (mode === "idempotent") return ["idempotent"];
  return [wrong, "idempotent"];
}

function seedOf(plan: string): string | undefined {
  return /@%\d+#([A-Za-z0-9]+)/.exec(plan)?.[1];
}
