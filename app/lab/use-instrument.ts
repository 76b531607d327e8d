"use client";

import { useMemo, useState } from "react";
import { tellSteps } from "../happened/tell-steps.ts";
import { usePlaying } from "../happened/use-playing.ts";
import { useOrderEvents } from "../live/use-order-events.ts";
import { useAudit } from "./bench/use-audit.ts";
import type { LabProps } from "./lab.tsx";
import type { Point } from "./panel/scheduler.tsx";
import { usePlanEntries } from "./panel/use-plan-entries.ts";
import { asMet, onlyMet } from "./plan-text.ts";
import { holdAtGates } from "./run/hold-at-gates.ts";
import { useRun } from "./run/use-run.ts";
import type { LaneNumbers } from "./strip.tsx";
import { useArming } from "./use-arming.ts";
import { useScenario } from "./use-scenario.ts";

/** Everything that the instrument shows, from the URL, the bench, the stream and the bank. */
export function useInstrument({ account, preset, lanes }: LabProps) {
  const scenario = useScenario(preset, lanes);
  const { wrong, plan, running } = scenario;
  const entries = usePlanEntries(plan);
  const arming = useArming();
  const [points, setPoints] = useState<Point[]>([]);
  const [notHeld, setNotHeld] = useState(false);
  const beforePress = async ({ runKey }: { runKey: string }) => {
    const held = await holdAtGates(runKey, running, points);
    setNotHeld(!held);
    return held;
  };
  const run = useRun({ account, preset, scenario, beforePress });

  const { events, since } = useOrderEvents(run.bench.orderId);
  const shown = running.join();
  const [own, steps] = useMemo(() => {
    const lanesShown = shown.split(",");
    const ofThem = events?.filter(({ lane }) => lanesShown.includes(lane)) ?? [];
    return [ofThem, tellSteps(ofThem, lanesShown.length > 1)];
  }, [events, shown]);
  const playing = usePlaying(steps, scenario.url.t, scenario.setShown);
  const { audits, behind } = useAudit(run.bench.orderId, events?.length ?? 0);
  const numbers: LaneNumbers[] = running.map((lane) => ({
    lane,
    title: lane === "idempotent" ? "Idempotent" : (wrong?.title ?? lane),
    audit: audits.find((one) => one.lane === lane),
    behind,
    clicks: lane === "idempotent" ? run.clicks.idempotent : run.clicks.lane,
    fetches: lane === "idempotent" ? run.fetches.idempotent : run.fetches.lane,
  }));

  return {
    scenario,
    entries,
    arming,
    points,
    setPoints,
    notHeld,
    run,
    events,
    since,
    steps,
    playing,
    audits,
    numbers,
    /** What has happened so far happens again; what goes wrong after it is the reader's to write. */
    fork() {
      scenario.setPlan(onlyMet(own.slice(0, playing.at)));
      document.getElementById("plan")?.focus();
    },
    sameAgain() {
      scenario.setPlan(asMet(plan, own));
      void run.run();
    },
  };
}

export type Instrument = ReturnType<typeof useInstrument>;
