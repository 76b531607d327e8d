"use client";

import { showOverlay } from "../frame/overlays/overlay.ts";
import type { Lane, Preset } from "../trpc/outputs.ts";
import { MODES, type Mode } from "./use-lab-url.ts";
import type { Scenario } from "./use-scenario.ts";

/** The scenario's question, the mode, and which wrong lane stands beside the shop's own. */
export function LabHead(props: {
  preset: Preset | null;
  scenario: Scenario;
  lanes: readonly Lane[];
}) {
  const { preset, scenario } = props;
  const names: Record<Mode, string> = {
    naive: scenario.wrong?.lane === "naive" ? "Naive" : "Wrong",
    idempotent: "Idempotent",
    split: "Side by side",
  };
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 max-w-[70ch]">
        <h1 className="text-heading font-semibold">{preset?.title ?? "The lab"}</h1>
        <p className="text-muted">
          {preset?.sentence ??
            "See it, break it, believe it. Choose a scenario, or arm a fault yourself."}
        </p>
        {scenario.newer && (
          <p role="status" className="mt-1 text-unknown">
            ? This link was made by a newer version. What this one understands of it is shown.
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <label className="inline-flex items-center gap-2 text-small text-muted">
          Wrong lane
          <select
            value={scenario.wrong?.lane}
            onChange={(event) => scenario.setLane(event.target.value)}
            className="min-h-11 max-w-[210px] rounded-lg border border-control bg-panel px-2 text-ink"
          >
            {props.lanes.map(({ lane, title }) => (
              <option key={lane} value={lane}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <div role="group" aria-label="Mode" className="flex rounded-lg border border-control">
          {MODES.map((mode) => (
            <button
              key={mode}
              type="button"
              aria-pressed={scenario.mode === mode}
              onClick={() => scenario.setMode(mode)}
              className="min-h-11 border-l border-line px-2.5 font-medium min-[400px]:px-3.5 first:rounded-l-[7px] first:border-l-0 last:rounded-r-[7px] aria-pressed:bg-accent aria-pressed:text-on-accent"
            >
              {names[mode]}
            </button>
          ))}
        </div>
        <button
          type="button"
          aria-label="Keys"
          onClick={() => showOverlay("keys")}
          className="size-11 rounded-lg border border-line text-muted hover:border-control"
        >
          ?
        </button>
      </div>
    </header>
  );
}
