"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Lane } from "../../trpc/outputs.ts";
import { type Bench, newBench, readBench, shopIntent, watchBench } from "./bench.ts";
import { LaneClient } from "./lane-client.ts";

/**
 * The order on the bench and the clients that pay it. A reload and a second tab find the same order.
 * @param plan what goes wrong with the presses from now on
 * @returns `renewing`: another order was asked for and is not there yet; the one that is must not be paid in its place
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
  // `bench`: another order has another client, which has sent nothing yet.
  const client = useMemo(() => (lane && bench ? new LaneClient(lane) : undefined), [lane, bench]);

  const [renewing, setRenewing] = useState(false);
  const renew = useCallback(async () => {
    setRenewing(true);
    const { bench: fresh, saved } = newBench(scenario, account);
    await saved;
    setBench(fresh);
    setRenewing(false);
    return fresh;
  }, [scenario, account]);

  return { bench, client, intent, renew, renewing };
}
