"use client";

import { Happened } from "../happened/happened.tsx";
import { StreamState } from "../live/stream-state.tsx";
import { Panel } from "../ui/panel.tsx";
import { CheckoutPanel } from "./checkout-panel.tsx";
import { LabHead } from "./lab-head.tsx";
import type { LabProps } from "./lab.tsx";
import { FaultPanel } from "./panel/fault-panel.tsx";
import { FaultsPlace } from "./panel/faults-place.tsx";
import { RowsPanel } from "./panel/rows-panel.tsx";
import { Strip } from "./strip.tsx";
import { Underneath } from "./underneath.tsx";
import { useInstrument } from "./use-instrument.ts";
import { useLabKeys } from "./use-lab-keys.ts";
import { useNarrow } from "./use-narrow.ts";
import { VerdictLine } from "./verdict-line.tsx";

/** Everything that stands on the bench, around one order. */
export function LabBench(props: LabProps) {
  const { preset, lanes } = props;
  const instrument = useInstrument(props);
  const { scenario, entries, run, events, since, steps, playing, audits, numbers } = instrument;
  const narrow = useNarrow();
  useLabKeys(instrument, props.presets);

  return (
    <>
      <LabHead preset={preset} scenario={scenario} lanes={lanes} />
      <Strip numbers={numbers} events={events} old={since !== "live" && events !== undefined} />
      <VerdictLine numbers={numbers} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 min-[701px]:grid-cols-2 min-[701px]:items-start min-[1121px]:grid-cols-[340px_minmax(0,1fr)_300px]">
        <CheckoutPanel
          run={run}
          scenario={scenario}
          preset={preset}
          methods={props.methods}
          numbers={numbers}
          ready={entries.ok}
        />
        <Panel
          id="happened"
          title="What happened"
          aside={<StreamState since={since} />}
          className="min-[701px]:max-[1120px]:order-last min-[701px]:max-[1120px]:col-span-2"
        >
          <Happened
            lanes={numbers}
            steps={steps}
            playing={playing}
            view={scenario.url.view ?? (narrow || numbers.length > 1 ? "list" : "sequence")}
            onView={scenario.setView}
            onFork={instrument.fork}
            empty={<p className="text-muted">No charges yet. Press Pay, or load a scenario.</p>}
          />
        </Panel>
        <FaultsPlace count={entries.count}>
          <FaultPanel instrument={instrument} />
        </FaultsPlace>
      </div>
      <RowsPanel
        orderId={run.bench.orderId}
        lanes={numbers}
        audits={audits}
        news={events?.length ?? 0}
      />
      <Underneath instrument={instrument} preset={preset} />
    </>
  );
}
