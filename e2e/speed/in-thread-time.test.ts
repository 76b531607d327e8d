import { expect, test } from "vitest";
import { inThreadTime, type TraceEvent } from "./in-thread-time.ts";

const at = (name: string, ts: number, rest: Partial<TraceEvent> = {}) => ({
  name,
  ph: "X",
  pid: 1,
  tid: 1,
  ts,
  ...rest,
});
const MAIN = { ...at("thread_name", 0, { ph: "M" }), args: { name: "CrRendererMain" } };

test("a task that waited takes the time for which its thread ran, and what happened in it stays in it", () => {
  const task = at("RunTask", 1_000, { dur: 500, tts: 40, tdur: 100 });
  const early = at("EvaluateScript", 1_100, { dur: 350, tts: 45, tdur: 60 });
  const late = at("Layout", 1_460, { dur: 30, tts: 110, tdur: 20 });
  const [, first, second, third] = inThreadTime<TraceEvent>([MAIN, task, early, late]);
  expect([first?.ts, first?.dur]).toEqual([1_000, 100]);
  expect([second?.ts, second?.dur]).toEqual([1_005, 60]);
  expect([third?.ts, third?.dur]).toEqual([1_070, 20]);
});

test("other threads, events between tasks and events without a thread's clock stay as they are", () => {
  const events = [
    MAIN,
    at("RunTask", 1_000, { dur: 500, tts: 40, tdur: 100 }),
    at("RunTask", 1_000, { dur: 500, tts: 40, tdur: 100, tid: 2 }),
    at("Layout", 1_600, { dur: 30, tts: 150, tdur: 20 }),
    at("firstContentfulPaint", 1_200, { ph: "I" }),
  ];
  const [, changed, ...others] = inThreadTime<TraceEvent>(events);
  expect(changed?.dur).toBe(100);
  expect(others).toEqual(events.slice(2));
});
