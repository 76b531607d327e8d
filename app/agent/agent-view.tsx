"use client";

import { LiveQueries } from "../frame/live-queries.tsx";
import { Panel } from "../ui/panel.tsx";
import { Pill } from "../ui/pill.tsx";
import { OutsideTiles } from "./outside-tiles.tsx";
import type { Whose } from "./run-record.ts";
import { RunForm } from "./run-form.tsx";
import { wordsOf } from "./run-words.ts";
import { StepList } from "./step-list.tsx";
import { useRun } from "./use-run.ts";

interface AgentProps {
  faults: boolean;
  account: Whose;
  /** From the address: the run to show. */
  runKey: string | undefined;
}

export function AgentView(props: AgentProps) {
  return (
    <LiveQueries>
      <Run {...props} />
    </LiveQueries>
  );
}

function Run({ faults, account, runKey }: AgentProps) {
  const page = useRun(runKey, account);
  const { run, key, sent } = page;
  const words = key === undefined ? undefined : wordsOf(page);
  const leaseLeftS = Math.ceil((run?.leaseLeftMs ?? 0) / 1_000);
  return (
    <div
      data-state={words?.state ?? "idle"}
      className="grid gap-4 min-[900px]:grid-cols-[minmax(0,420px)_minmax(0,1fr)] min-[900px]:grid-rows-[auto_1fr] min-[900px]:items-start"
    >
      <Panel id="goal" title="What it is told">
        <RunForm page={page} faults={faults} />
      </Panel>
      <Panel
        id="steps"
        title="The run"
        className="min-[900px]:col-start-2 min-[900px]:row-span-2 min-[900px]:row-start-1"
        aside={
          key && (
            <span className="text-small text-muted">
              Key <code className="font-mono">…{key.slice(-8)}</code>
              {run && run.attempts > 0 && ` · attempt ${run.attempts}`}
            </span>
          )
        }
      >
        <div role="status" className="mb-3">
          {words ? (
            <>
              <p className="flex flex-wrap items-center gap-2">
                <Pill tone={words.tone}>{words.heading}</Pill>
                {words.state === "died" && leaseLeftS > 0 && (
                  <span className="text-small text-muted" aria-hidden="true">
                    its lease ends in {leaseLeftS} s
                  </span>
                )}
              </p>
              {words.body && <p className="mt-2 text-small text-muted">{words.body}</p>}
              {sent?.kind === "told" && page.phase === "died" && (
                <p className="mt-1 text-small">{sent.message}</p>
              )}
              {page.old && (
                <p className="mt-1 text-small text-unknown">
                  The server cannot be read at the moment, and is asked again
                  {run && "; these numbers are old"}.
                </p>
              )}
            </>
          ) : (
            <p className="text-muted">
              No run yet. Give it a goal and press Run, or let it crash in its first step.
            </p>
          )}
        </div>
        {run && key !== undefined && page.phase !== "elsewhere" && <StepList run={run} />}
      </Panel>
      <Panel id="outside" title="What happened outside">
        <OutsideTiles outside={page.outside} receipts={page.receipts} />
      </Panel>
    </div>
  );
}
