import type { AgentRun } from "../trpc/outputs.ts";
import { Pill } from "../ui/pill.tsx";
import { resultOf, stateOf, systemOf, titleOf } from "./step-words.ts";

/** The steps as they are recorded. The line is the recovery point: a new attempt goes on below it. */
export function StepList({ run }: { run: AgentRun }) {
  return (
    <ol className="grid gap-2">
      {run.steps.map((step, at) => {
        const { tone, word, sentence } = stateOf(step);
        return (
          <li key={step.name} data-step={step.name} data-status={step.status}>
            <div
              data-panel
              className={`rounded-lg border px-3 py-2 ${step.status === "waiting" ? "border-dashed border-line text-muted" : "border-control"}`}
            >
              <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <span className="text-small text-muted">{at + 1}</span>
                <span className="font-semibold">{titleOf(step)}</span>
                <span className="text-small text-muted">{systemOf(step)}</span>
                <span className="ml-auto">
                  <Pill tone={tone}>{word}</Pill>
                </span>
              </div>
              {step.status === "done" && (
                <p className="mt-1 text-small wrap-anywhere">{resultOf(step)}</p>
              )}
              {sentence && <p className="mt-1 text-small text-muted">{sentence}</p>}
              {step.stepId && (
                <p className="mt-1 text-small text-muted">
                  Step id{" "}
                  <code className="font-mono break-all" title="The same in every attempt">
                    {step.stepId}
                  </code>
                </p>
              )}
            </div>
            {run.recoveryPoint === step.name && run.state !== "completed" && <RecoveryPoint />}
          </li>
        );
      })}
    </ol>
  );
}

function RecoveryPoint() {
  return (
    <p className="mt-2 flex items-center gap-3 text-small font-semibold text-accent">
      <span aria-hidden="true" className="h-px flex-1 bg-accent" />
      Recovery point: a new attempt goes on from here
      <span aria-hidden="true" className="h-px flex-1 bg-accent" />
    </p>
  );
}
