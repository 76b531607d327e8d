/** What of Chrome's trace events is used here; times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** The same two on the thread's own clock, which stands still while the thread waits for a processor. */
  tts?: number;
  tdur?: number;
}

/**
 * The trace as if no thread had ever waited for a processor: each task of a renderer's main thread, and all that happened in
 * it, takes the time for which that thread ran. Lighthouse multiplies how long tasks took to get a slow phone; on two
 * cores that browser, server and compiler share, two thirds of a task were found to be waiting, and that is multiplied too.
 * Tasks begin when they began. Events without a thread's clock stay where they are.
 */
export function inThreadTime<Event extends TraceEvent>(events: readonly Event[]): Event[] {
  const mains = new Set(
    events.filter((event) => isMainOfRenderer(event)).map((event) => threadOf(event)),
  );
  const tasks = new Map<string, Event[]>();
  for (const event of events)
    if (isTask(event) && mains.has(threadOf(event)))
      tasks.set(threadOf(event), [...(tasks.get(threadOf(event)) ?? []), event]);
  for (const ofThread of tasks.values()) ofThread.sort((a, b) => a.ts - b.ts);
  return events.map((event) => {
    const task = around(event, tasks.get(threadOf(event)) ?? []);
    if (task?.tts === undefined || event.tts === undefined) return event;
    const ts = task.ts + Math.max(0, event.tts - task.tts);
    return { ...event, ts, ...(event.tdur !== undefined && { dur: event.tdur }) };
  });
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
const isTask = ({ name, ph }: TraceEvent) => name === "RunTask" && ph === "X";

function isMainOfRenderer(event: TraceEvent & { args?: unknown }): boolean {
  const { args } = event;
  const name = typeof args === "object" && args !== null && "name" in args ? args.name : undefined;
  return event.name === "thread_name" && name === "CrRendererMain";
}

/** The last task of `sorted` that began before the event, if it was still running. */
function around<Event extends TraceEvent>(event: Event, sorted: Event[]): Event | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.ts ?? Infinity) <= event.ts) low = middle + 1;
    else high = middle;
  }
  const task = sorted[low - 1];
  return task && event.ts <= task.ts + (task.dur ?? 0) ? task : undefined;
}
