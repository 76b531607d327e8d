"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { Drawer } from "./drawer.tsx";
import { findParting, type Parting } from "./find-parting.ts";
import { Legend } from "./legend.tsx";
import { Player } from "./player.tsx";
import { Rendering, type View } from "./rendering.tsx";
import { ArrowTips } from "./sequence-row.tsx";
import type { Step } from "./step.ts";
import type { Playing } from "./use-playing.ts";

const VIEWS = [
  ["sequence", "Sequence"],
  ["timeline", "Timeline"],
  ["list", "List"],
] as const;

export interface LaneSteps {
  lane: string;
  title: string;
}

/**
 * What happened, in three renderings of the same events; two lanes stand side by side on one time axis.
 * @param steps of all lanes together, in their order; `playing` says how many of them are shown
 */
export function Happened(props: {
  lanes: readonly LaneSteps[];
  steps: readonly Step[];
  playing: Playing;
  view: View;
  onView: (view: View) => void;
  onFork?: (() => void) | undefined;
  empty: ReactNode;
}) {
  const { lanes, steps, playing, view } = props;
  const [open, setOpen] = useState<string>();
  const shown = steps.slice(0, playing.at);
  const current = playing.at < steps.length ? shown.at(-1)?.event.id : undefined;
  const perLane = lanes.map(({ lane }) => shown.filter(({ event }) => event.lane === lane));
  const parting = perLane[0] && perLane[1] ? findParting(perLane[0], perLane[1]) : undefined;

  return (
    <div className="grid min-w-0 gap-3">
      <ArrowTips />
      <ViewSwitch view={view} onView={props.onView} />
      {steps.length === 0 ? (
        props.empty
      ) : (
        <Scroll follow={playing.at} end={playing.at >= steps.length}>
          <div className={lanes.length > 1 ? "grid gap-4 min-[900px]:grid-cols-2" : ""}>
            {lanes.map(({ lane, title }, index) => (
              <section key={lane} aria-label={title} className="min-w-0">
                {lanes.length > 1 && (
                  <h3 className="sticky top-0 z-20 flex h-8 items-center bg-panel font-semibold">
                    {title}
                  </h3>
                )}
                <Rendering
                  view={view}
                  label={`What happened: ${title}`}
                  titled={lanes.length > 1}
                  steps={perLane[index] ?? []}
                  totalMs={steps.at(-1)?.afterMs ?? 0}
                  current={current}
                  parting={partingFor(parting, index)}
                  onOpen={setOpen}
                />
              </section>
            ))}
          </div>
        </Scroll>
      )}
      {parting && (
        <p
          data-part
          className="rounded-lg border border-dashed border-unknown px-3 py-2 text-small"
        >
          {parting.words}
        </p>
      )}
      <Player playing={playing} onFork={props.onFork} />
      <Legend view={view} />
      <Drawer
        step={steps.find(({ event }) => event.id === open)}
        steps={steps}
        onClose={() => setOpen(undefined)}
      />
    </div>
  );
}

function partingFor(parting: Parting | undefined, index: number) {
  if (!parting) return undefined;
  return { id: index === 0 ? parting.left : parting.right, words: "Here they part" };
}

/** Stays at the newest event while it is being told, until the reader scrolls up. */
function Scroll(props: { follow: number; end: boolean; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const reading = useRef(false);
  useEffect(() => {
    const { current } = box;
    if (current && !reading.current) current.scrollTop = current.scrollHeight;
  }, [props.follow, props.end]);
  return (
    <div
      ref={box}
      onWheel={() => {
        reading.current = !isAtEnd(box.current);
      }}
      // An opaque ground: without one the browser paints the list again in each frame that it is scrolled.
      className="relative max-h-[680px] min-h-[240px] overflow-y-auto bg-panel"
    >
      {props.children}
    </div>
  );
}

function isAtEnd(box: HTMLElement | null): boolean {
  return !box || box.scrollHeight - box.scrollTop - box.clientHeight < 120;
}

function ViewSwitch({ view, onView }: { view: View; onView: (view: View) => void }) {
  return (
    <div role="group" aria-label="How it is shown" className="flex flex-wrap gap-1">
      {VIEWS.map(([name, title]) => (
        <button
          key={name}
          type="button"
          aria-pressed={view === name}
          onClick={() => onView(name)}
          className="min-h-9 rounded-lg border border-transparent px-3 text-small font-medium text-muted hover:text-ink aria-pressed:border-control aria-pressed:bg-bg aria-pressed:text-ink"
        >
          {title}
        </button>
      ))}
    </div>
  );
}
