"use client";

import { AttemptRow } from "./attempt-row.tsx";
import { ListRow } from "./list-row.tsx";
import { type Row, RowList } from "./row-list.tsx";
import { ActorNames, SequenceRow } from "./sequence-row.tsx";
import type { Step } from "./step.ts";
import { tellAttempts } from "./tell-attempts.ts";
import { deliveryOf } from "./tell-steps.ts";

export type View = "sequence" | "timeline" | "list";

/** One lane's events in one of the three ways. */
export function Rendering(props: {
  view: View;
  label: string;
  /** A name of the lane stands above. */
  titled: boolean;
  steps: readonly Step[];
  /** Of all lanes, so that two of them share one time axis. */
  totalMs: number;
  current: string | undefined;
  parting: { id: string | undefined; words: string } | undefined;
  onOpen: (id: string) => void;
}) {
  const { view, steps, parting } = props;
  const rows = view === "timeline" ? barsOf(steps, props.totalMs) : rowsOf(view, steps);
  const marked = rows.map((row) =>
    parting?.id === row.id ? { ...row, before: parting.words } : row,
  );
  return (
    <div>
      {view === "sequence" && <ActorNames below={props.titled} />}
      <RowList label={props.label} rows={marked} current={props.current} onOpen={props.onOpen} />
    </div>
  );
}

function rowsOf(view: View, steps: readonly Step[]): Row[] {
  return steps.map((step, index) => {
    const before = steps[index - 1];
    const opens = !before || deliveryOf(before.event) !== deliveryOf(step.event);
    return {
      id: step.event.id,
      sentence: step.sentence,
      drawing:
        view === "sequence" ? <SequenceRow step={step} /> : <ListRow step={step} opens={opens} />,
    };
  });
}

function barsOf(steps: readonly Step[], totalMs: number): Row[] {
  return tellAttempts(steps.map(({ event }) => event)).map((bar) => ({
    id: bar.last.id,
    sentence: bar.sentence,
    drawing: <AttemptRow bar={bar} totalMs={totalMs} />,
  }));
}
