"use client";

import { useState } from "react";
import type { Preset } from "../trpc/outputs.ts";
import { CausePanel } from "./panel/cause-panel.tsx";
import { CopyPanel } from "./panel/copy-panel.tsx";
import { Scheduler } from "./panel/scheduler.tsx";
import { sendMore } from "./run/send-more.ts";
import type { Instrument } from "./use-instrument.ts";

/** Why it went wrong, who goes first, and how to take it along. */
export function Underneath({
  instrument,
  preset,
}: {
  instrument: Instrument;
  preset: Preset | null;
}) {
  const { scenario, run, audits, numbers, points, setPoints, notHeld, steps } = instrument;
  const { wrong, plan, running, mode, seed } = scenario;
  const { orderId, runKey } = run.bench;
  const [test, setTest] = useState("");
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 min-[1000px]:grid-cols-2 min-[1000px]:items-start">
      {wrong && running.includes(wrong.lane) && (
        <CausePanel lane={wrong} audit={audits.find(({ lane }) => lane === wrong.lane)} />
      )}
      <div className="grid min-w-0 gap-4">
        <Scheduler
          runKey={runKey}
          lanes={running}
          points={points}
          notHeld={notHeld}
          plan={plan}
          charges={numbers.at(-1)?.audit?.charges ?? 1}
          onPoints={setPoints}
          onCopy={setTest}
          onSendMore={() => sendMore(run, running, plan)}
        />
        <CopyPanel
          extra={test}
          of={{
            origin: location.origin,
            scenario: preset?.id ?? "",
            mode,
            lane: wrong?.lane ?? "naive",
            seed,
            plan,
            orderId,
            runKey,
            paymentMethod: run.method,
            amount: run.total?.amount ?? 0,
            title: preset?.title ?? "A run in the lab",
            numbers,
            steps,
          }}
        />
      </div>
    </div>
  );
}
