"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { LiveQueries } from "../frame/live-queries.tsx";
import { OldNumbers } from "../proof/old-numbers.tsx";
import { untilAnswered } from "../proof/poll-every.ts";
import { api } from "../trpc/client.ts";
import type { Storm, StormSettings } from "../trpc/outputs.ts";
import { wasRefused } from "../trpc/was-refused.ts";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";
import { type StormAllowed, StormForm } from "./storm-form.tsx";
import { StormNumbers } from "./storm-numbers.tsx";
import { StormTable } from "./storm-table.tsx";
import { VerdictCard } from "./verdict-card.tsx";

const RUNNING_EVERY_MS = 500;

export function StormView({ allowed }: { allowed: StormAllowed }) {
  return (
    <LiveQueries>
      <Instrument allowed={allowed} />
    </LiveQueries>
  );
}

function Instrument({ allowed }: { allowed: StormAllowed }) {
  const [problem, setProblem] = useState("");
  const inDoubt = problem.startsWith("?");
  const storm = useQuery({
    queryKey: ["storm"],
    queryFn: () => api.storm.get.query(),
    refetchInterval: (query) =>
      inDoubt || isUnderWay(query.state.data) ? RUNNING_EVERY_MS : untilAnswered(query),
  });
  const lanes = useQuery({ queryKey: ["lanes"], queryFn: () => api.lab.lanes.query() });
  const start = useMutation({
    networkMode: "always",
    mutationFn: (settings: StormSettings) => api.storm.start.mutate(settings),
    onMutate: () => setProblem(""),
    onError: (error) =>
      setProblem(
        wasRefused(error)
          ? `✕ Nothing was started. ${error.message}`
          : "? No answer: it may have been started. If it was, it appears here; a second one is refused while it runs.",
      ),
    onSettled: () => storm.refetch(),
  });
  const stop = useMutation({
    networkMode: "always",
    mutationFn: (stormId: string) => api.storm.stop.mutate({ stormId }),
    onMutate: () => setProblem(""),
    onError: () =>
      setProblem("? No word that it was stopped: while it says “Under way”, press Stop again."),
    onSettled: () => storm.refetch(),
  });
  const current = storm.data ?? undefined;
  const underWay = start.isPending || isUnderWay(current);

  return (
    <div className="grid gap-4 min-[1000px]:grid-cols-[340px_minmax(0,1fr)] min-[1000px]:items-start">
      <Panel id="settings" title="The storm">
        <StormForm
          allowed={allowed}
          lanes={lanes.data ?? []}
          underWay={underWay}
          onStart={(settings) => start.mutate(settings)}
        />
        {problem !== "" && (
          <p role="alert" className={`mt-3 ${inDoubt ? "text-unknown" : "text-fail"}`}>
            {problem}
          </p>
        )}
      </Panel>
      <div className="grid gap-4">
        <p role="status" className="sr-only">
          {announce(current, start.isPending)}
        </p>
        <Panel
          id="live"
          title={underWay ? "Under way" : "What happened"}
          aside={
            underWay && current ? (
              <Button look="quiet" onPress={() => stop.mutate(current.stormId)}>
                Stop
              </Button>
            ) : (
              <OldNumbers lost={storm.isError} since={storm.dataUpdatedAt} />
            )
          }
        >
          {current === undefined ? (
            <p className="min-h-24 text-muted">
              {storm.isSuccess
                ? "No storm yet. Press Start: nothing but this account's experiments is touched."
                : "Asking the server…"}
            </p>
          ) : (
            <>
              <StormNumbers samples={current.samples} orders={current.settings.orders} />
              <StormTable samples={current.samples} />
            </>
          )}
        </Panel>
        {current?.state === "done" && <VerdictCard storm={current} />}
      </div>
    </div>
  );
}

function isUnderWay(storm: Storm | null | undefined): boolean {
  return storm !== undefined && storm !== null && storm.state !== "done";
}

function announce(storm: Storm | undefined, starting: boolean): string {
  if (starting) return "The storm starts";
  if (storm === undefined) return "";
  if (storm.state !== "done") {
    const duplicates = storm.samples.at(-1)?.duplicates ?? 0;
    return duplicates > 0
      ? `The storm runs. Customers were charged twice or more: ${duplicates} duplicate charges so far`
      : "The storm runs";
  }
  return storm.report?.sentence ?? "The storm ended without a verdict";
}
