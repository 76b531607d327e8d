import type { TimelineEvent } from "../trpc/outputs.ts";
import { SEGMENTS, type SegmentName } from "./marks.ts";
import { sayMs } from "./step.ts";
import { deliveryOf } from "./tell-steps.ts";

export interface Segment {
  name: SegmentName;
  fromMs: number;
  toMs: number;
}

/** One delivery as a bar: what it did when. Milliseconds since the first event. */
export interface AttemptBar {
  id: string;
  /** Its last event, which the bar opens. */
  last: TimelineEvent;
  title: string;
  segments: Segment[];
  sentence: string;
}

const WHO: Record<TimelineEvent["sentBy"], string> = {
  you: "you",
  app: "your code",
  browser: "the browser",
  fault: "a fault",
  completer: "the completer",
  bank: "the bank",
  client: "another client",
};

/** A bar for each delivery: idle time is a segment as well, or a retry would look like one long run. */
export function tellAttempts(events: readonly TimelineEvent[]): AttemptBar[] {
  const start = Date.parse(events[0]?.at ?? "");
  const deliveries = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const own = deliveries.get(deliveryOf(event));
    if (own) own.push(event);
    else deliveries.set(deliveryOf(event), [event]);
  }
  return [...deliveries].flatMap(([id, own]) => {
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) return [];
    const segments = [
      ...backOffBefore(first, events, start),
      ...segmentsOf(own, start),
      ...leaseAfter(own, events, start),
    ];
    const who =
      first.arrival > 0
        ? `Request ${first.arrival} by ${WHO[first.sentBy]}`
        : first.sentBy === "bank"
          ? "The bank's event"
          : "The completer";
    const spans = segments.map(
      ({ name, fromMs, toMs }) => `${SEGMENTS[name].words} ${sayMs(toMs - fromMs)}`,
    );
    return [
      {
        id,
        last,
        title: who,
        segments,
        sentence: `${sayMs(Date.parse(first.at) - start)}, ${who}: ${spans.join(", ")}; at the end: ${last.text}`,
      },
    ];
  });
}

function segmentsOf(own: readonly TimelineEvent[], start: number): Segment[] {
  const segments: Segment[] = [];
  let name: SegmentName = "waiting";
  own.forEach((event, index) => {
    const next = own[index + 1];
    if (event.point === "after-claim" || event.point === "before-provider") name = "running";
    const fault = event.detail?.fault;
    const frozen = fault?.happened === true && /^(stall|delay)/.test(fault.name);
    const fromMs = Date.parse(event.at) - start;
    // A fault that holds the last thing back tells how long itself; nothing comes after it.
    const heldMs = frozen ? Number(/=(\d+)/.exec(fault.entry)?.[1] ?? 0) : 0;
    const toMs = next ? Date.parse(next.at) - start : fromMs + heldMs;
    if (toMs > fromMs) segments.push({ name: frozen ? "held" : name, fromMs, toMs });
  });
  return merged(segments);
}

/** From the end of the delivery before, when our own code asked again. */
function backOffBefore(
  first: TimelineEvent,
  events: readonly TimelineEvent[],
  start: number,
): Segment[] {
  if (first.sentBy !== "app") return [];
  const before = events.filter(
    ({ lane, arrival, at }) => lane === first.lane && arrival < first.arrival && at <= first.at,
  );
  const ended = before.at(-1);
  if (!ended) return [];
  return [
    { name: "backoff", fromMs: Date.parse(ended.at) - start, toMs: Date.parse(first.at) - start },
  ];
}

/** A process that died holds its key until somebody takes it over. */
function leaseAfter(
  own: readonly TimelineEvent[],
  events: readonly TimelineEvent[],
  start: number,
): Segment[] {
  const death = own.find(
    ({ detail }) => detail?.fault?.happened === true && detail.fault.name.startsWith("crash"),
  );
  const fence = own.find(({ point }) => point === "after-claim")?.fence;
  if (!death || !fence) return [];
  const taken = events.find(
    (event) =>
      event.lane === death.lane && event.point === "after-claim" && (event.fence ?? 0) > fence,
  );
  const toMs = Date.parse((taken ?? events.at(-1) ?? death).at) - start;
  return [{ name: "lease", fromMs: Date.parse(death.at) - start, toMs }];
}

function merged(segments: readonly Segment[]): Segment[] {
  return segments.reduce<Segment[]>((all, segment) => {
    const before = all.at(-1);
    if (before && before.name === segment.name) before.toMs = segment.toMs;
    else all.push({ ...segment });
    return all;
  }, []);
}
