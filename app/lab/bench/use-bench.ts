"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Lane } from "../../trpc/outputs.ts";
import { type Bench, newBench, readBench, shopIntent, watchBench } from "./bench.ts";
import { LaneClient } from "./lane-client.ts";

/**
 * The order on the bench and the clients that pay it. A reload and a second tab find the same order.
 * @param plan what goes wrong with the presses from now on
 */
export function useBench(scenario: string, account: string, lane: Lane | undefined, plan: string) {
  const [bench, setBench] = useState<Bench>(
    () => readBench(scenario, account) ?? newBench(scenario, account).bench,
  );
  useEffect(() => watchBench(scenario, account, setBench), [scenario, account]);

  const armed = useRef(plan);
  useEffect(() => {
    armed.current = plan;
  }, [plan]);
  // The store is made with the order, before any component asks for it: under the run key, or lanes could not be compared.
  const intent = useMemo(() => shopIntent(bench, () => armed.current), [bench]);
  const client = useMemo(() => (lane && bench ? new LaneClient(lane) : undefined), [lane, bench]);

  const renew = useCallback(async () => {
    const { bench: fresh, saved } = newBench(scenario, account);
    await saved;
    setBench(fresh);
    return fresh;
  }, [scenario, account]);

  return { bench, client, intent, renew };
}
