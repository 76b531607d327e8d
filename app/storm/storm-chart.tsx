"use client";

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { StormSample } from "../trpc/outputs.ts";
import { type Rate, ratesOf } from "./rates.ts";

const HEIGHT = 240;
/** Name, token of the colour, dash: a line is never told by its colour alone. */
const lines: [name: string, token: string, dash: number[], of: (rate: Rate) => number][] = [
  ["sends/s", "--accent", [], (rate) => rate.sent],
  ["ran/s", "--ok", [8, 3], (rate) => rate.executed],
  ["replayed/s", "--replay", [2, 3], (rate) => rate.replayed],
  ["duplicate charges", "--fail", [], (rate) => rate.duplicates],
];

/** For the eye alone: the table below it says the same. */
export function StormChart({ samples }: { samples: readonly StormSample[] }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const drawn = draw(element);
    plot.current = drawn;
    const resized = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resized.observe(element);
    return () => {
      resized.disconnect();
      drawn.destroy();
    };
  }, []);

  useEffect(() => {
    const rates = ratesOf(samples);
    plot.current?.setData([rates.map(({ t }) => t), ...lines.map(([, , , of]) => rates.map(of))]);
  }, [samples]);

  return <div ref={place} aria-hidden="true" className="min-h-[280px]" />;
}

function draw(element: HTMLElement): uPlot {
  const style = getComputedStyle(element);
  const colour = (token: string) => style.getPropertyValue(token).trim();
  const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 } };
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(5, max)] } },
      axes: [
        { ...axis, values: (_plot, ticks) => ticks.map((tick) => `${tick} s`) },
        { ...axis, size: 44 },
      ],
      legend: { live: false },
      cursor: { show: false },
      series: [
        { label: "seconds" },
        ...lines.map(([label, token, dash]) => ({
          label,
          stroke: colour(token),
          width: 2,
          dash,
          points: { show: false },
        })),
      ],
    },
    [[], ...lines.map(() => [])],
    element,
  );
}
