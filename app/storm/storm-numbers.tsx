"use client";

import dynamic from "next/dynamic";
import type { StormSample } from "../trpc/outputs.ts";

/** The chart's library is fetched with its first use. */
const StormChart = dynamic(() => import("./storm-chart.tsx").then((file) => file.StormChart), {
  ssr: false,
  loading: () => <div className="h-[240px]" />,
});

/** The tiles that tell it without a chart, and the chart. */
export function StormNumbers(props: { samples: readonly StormSample[]; orders: number }) {
  const last = props.samples.at(-1);
  const duplicates = last?.duplicates ?? 0;
  return (
    <>
      <dl className="mb-4 grid grid-cols-2 gap-3 min-[700px]:grid-cols-4">
        <Tile label="Sends" value={last?.sent ?? 0} />
        <Tile label="Answers replayed" value={last?.replayed ?? 0} />
        <Tile
          label="Charges, by the bank"
          value={last?.charges ?? 0}
          note={`of ${props.orders} orders`}
        />
        <Tile
          label="Duplicate charges"
          value={duplicates}
          note={duplicates > 0 ? "✕ must be 0" : "must be 0"}
          tone={duplicates > 0 ? "fail" : "ok"}
        />
      </dl>
      <StormChart samples={props.samples} />
    </>
  );
}

function Tile(props: { label: string; value: number; note?: string; tone?: "ok" | "fail" }) {
  const look =
    props.tone === "fail"
      ? "border-fail bg-fail-bg text-fail"
      : props.tone === "ok"
        ? "border-ok bg-ok-bg"
        : "border-line";
  return (
    <div className={`rounded-panel border px-3 py-2 ${look}`}>
      <dt className="text-small text-muted">{props.label}</dt>
      <dd className="text-counter font-bold tabular-nums">
        {props.value}
        <span className="block min-h-[20px] text-small font-normal">{props.note ?? ""}</span>
      </dd>
    </div>
  );
}
