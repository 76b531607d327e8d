"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Happened } from "../happened/happened.tsx";
import { tellSteps } from "../happened/tell-steps.ts";
import { usePlaying } from "../happened/use-playing.ts";
import { StreamState } from "../live/stream-state.tsx";
import { useOrderEvents } from "../live/use-order-events.ts";
import { api } from "../trpc/client.ts";
import { Panel } from "../ui/panel.tsx";
import { useAudit } from "./bench/use-audit.ts";
import { CheckoutPanel } from "./checkout-panel.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { LabHead } from "./lab-head.tsx";
import type { LabProps } from "./lab.tsx";
import { CausePanel } from "./panel/cause-panel.tsx";
import { CopyPanel } from "./panel/copy-panel.tsx";
import { FaultPanel } from "./panel/fault-panel.tsx";
import { FaultsPlace } from "./panel/faults-place.tsx";
import { RowsPanel } from "./panel/rows-panel.tsx";
import { type Point, Scheduler } from "./panel/scheduler.tsx";
import { usePlanEntries } from "./panel/use-plan-entries.ts";
import { asMet, onlyMet } from "./plan-text.ts";
import { holdAtGates } from "./run/hold-at-gates.ts";
import { sendMore } from "./run/send-more.ts";
import { useRun } from "./run/use-run.ts";
import { Strip } from "./strip.tsx";
import { useKeys } from "./use-keys.ts";
import { useNarrow } from "./use-narrow.ts";
import { useScenario } from "./use-scenario.ts";
import { VerdictLine } from "./verdict-line.tsx";

/** Everything that stands on the bench, around one order. */
export function LabBench({ account, preset, presets, lanes, methods }: LabProps) {
  const router = useRouter();
  const scenario = useScenario(preset, lanes);
  const { wrong, plan, running } = scenario;
  const entries = usePlanEntries(plan);
  const [points, setPoints] = useState<Point[]>([]);
  const [test, setTest] = useState("");
  const [help, setHelp] = useState(false);
  const narrow = useNarrow();
  const beforePress = ({ runKey }: { runKey: string }) => holdAtGates(runKey, running, points);
  const run = useRun({ account, preset, scenario, wrong, beforePress });
  const { orderId, runKey } = run.bench;

  const { events, since } = useOrderEvents(orderId);
  const own = events?.filter(({ lane }) => running.includes(lane)) ?? [];
  const audit = useAudit(orderId, events?.length ?? 0);
  const audits = audit.data ?? [];
  const steps = tellSteps(own, running.length > 1);
  const playing = usePlaying(steps, scenario.url.t, scenario.setShown);
  const titles = running.map((lane) => ({
    lane,
    title: lane === "idempotent" ? "Idempotent" : (wrong?.title ?? lane),
  }));
  const numbers = titles.map(({ lane, title }) => ({
    lane,
    title,
    audit: audits.find((one) => one.lane === lane),
    clicks: lane === "idempotent" ? run.clicks.idempotent : run.clicks.lane,
    fetches: lane === "idempotent" ? run.fetches.idempotent : run.fetches.lane,
  }));
  const amount = run.total?.amount ?? 0;

  function fork() {
    scenario.setPlan(onlyMet(own.slice(0, playing.at)));
    document.getElementById("plan")?.focus();
  }
  function sameAgain() {
    scenario.setPlan(asMet(plan, own));
    void run.run();
  }

  useKeys({
    p: run.press,
    n: () => scenario.setMode("naive"),
    i: () => scenario.setMode("idempotent"),
    b: () => scenario.setMode("split"),
    " ": playing.toggle,
    ArrowLeft: () => playing.step(-1),
    ArrowRight: () => playing.step(1),
    "Shift+ArrowLeft": () => playing.decide(-1),
    "Shift+ArrowRight": () => playing.decide(1),
    f: fork,
    r: () => void run.run(),
    d: () => document.getElementById("faults")?.querySelector("summary")?.focus(),
    "Shift+d": () => void api.faults.set.mutate({ plan: "" }).then(() => scenario.setPlan("")),
    "?": () => setHelp(true),
    ...Object.fromEntries(
      presets.slice(0, 9).map(({ id }, at) => [String(at + 1), () => router.push(`/lab/${id}`)]),
    ),
  });

  return (
    <>
      <LabHead preset={preset} scenario={scenario} lanes={lanes} onKeys={() => setHelp(true)} />
      <Strip numbers={numbers} events={events} old={since !== "live" && events !== undefined} />
      <VerdictLine numbers={numbers} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 min-[701px]:grid-cols-2 min-[701px]:items-start min-[1121px]:grid-cols-[340px_minmax(0,1fr)_300px]">
        <CheckoutPanel
          run={run}
          scenario={scenario}
          preset={preset}
          wrong={wrong}
          methods={methods}
          ready={entries.ok}
        />
        <Panel
          id="happened"
          title="What happened"
          aside={<StreamState since={since} />}
          className="min-[701px]:max-[1120px]:order-last min-[701px]:max-[1120px]:col-span-2"
        >
          <Happened
            lanes={titles}
            steps={steps}
            playing={playing}
            view={scenario.url.view ?? (narrow || running.length > 1 ? "list" : "sequence")}
            onView={scenario.setView}
            onFork={fork}
            empty={<p className="text-muted">No charges yet. Press Pay, or load a scenario.</p>}
          />
        </Panel>
        <FaultsPlace count={entries.count}>
          <FaultPanel scenario={scenario} problem={entries.problem} onSameAgain={sameAgain} />
        </FaultsPlace>
      </div>
      <RowsPanel orderId={orderId} lanes={titles} audits={audits} news={events?.length ?? 0} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 min-[1000px]:grid-cols-2 min-[1000px]:items-start">
        {wrong && running.includes(wrong.lane) && (
          <CausePanel lane={wrong} audit={audits.find(({ lane }) => lane === wrong.lane)} />
        )}
        <div className="grid min-w-0 gap-4">
          <Scheduler
            runKey={runKey}
            lanes={running}
            points={points}
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
              mode: scenario.mode,
              lane: wrong?.lane ?? "naive",
              seed: scenario.seed,
              plan,
              orderId,
              runKey,
              paymentMethod: run.method,
              amount,
              steps,
            }}
          />
        </div>
      </div>
      <KeysHelp open={help} onOpen={setHelp} />
    </>
  );
}
