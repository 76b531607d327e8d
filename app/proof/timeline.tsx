import { sayFault } from "../faults/fault-words.ts";
import { sayMs } from "../happened/step.ts";
import type { TimelineEvent } from "../trpc/outputs.ts";
import { glyphs, Pill, type Tone } from "../ui/pill.tsx";
import { senders } from "./senders.ts";

const outcomes: Record<TimelineEvent["outcome"], { tone: Tone; words: string }> = {
  done: { tone: "ok", words: "done" },
  refused: { tone: "fail", words: "refused" },
  unknown: { tone: "unknown", words: "unknown" },
  none: { tone: "plain", words: "" },
};

const marks: Record<Tone, string> = {
  ok: "text-ok",
  fail: "text-fail",
  unknown: "text-unknown",
  replay: "text-replay",
  plain: "text-control",
};

/** What each delivery did, in order: a list of sentences, and so the same for eyes and for ears. */
export function Timeline(props: {
  events: readonly TimelineEvent[] | undefined;
  /** Something was sent for this order, so nobody is told to press Pay. */
  sent: boolean;
}) {
  const { events } = props;
  const first = events?.[0];
  if (!events) return <p className="late text-muted">Asking the server…</p>;
  if (!first)
    return (
      <p className="text-muted">
        {props.sent
          ? "Nothing has arrived so far. What was sent may still be under way."
          : "Nothing yet. Press Pay, and watch it arrive here."}
      </p>
    );
  const start = Date.parse(first.at);
  return (
    <ol className="grid">
      {events.map((event, index) => (
        <TimelineRow
          key={event.id}
          event={event}
          opens={!sameDelivery(events[index - 1], event)}
          first={index === 0}
          afterMs={Date.parse(event.at) - start}
        />
      ))}
    </ol>
  );
}

function TimelineRow(props: {
  event: TimelineEvent;
  /** This line begins a delivery, or comes back to one: it says who sent it. */
  opens: boolean;
  first: boolean;
  afterMs: number;
}) {
  const { event, opens } = props;
  const outcome = outcomes[event.outcome];
  // What a fault did to somebody's delivery is told under the fault's name, not under theirs.
  const sender = event.point === "fault" ? senders.fault : opens ? senders[event.sentBy] : null;
  // The sender's pill stands in the glyph's place, unless the outcome is something else.
  const glyph =
    sender && sender.tone === outcome.tone ? "" : glyphs[outcome.tone] || (sender ? "" : "·");
  return (
    <li
      className={`arrive grid grid-cols-[64px_minmax(0,1fr)] gap-x-3 py-1 ${opens && !props.first ? "mt-1.5 border-t border-line pt-2.5" : ""}`}
    >
      <span className="pt-px text-right font-mono text-small text-muted">
        +{sayMs(props.afterMs)}
      </span>
      <span className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        {sender && <Pill tone={sender.tone}>{sender.name}</Pill>}
        <span className="min-w-0">
          {glyph && (
            <span className={`mr-1.5 font-semibold ${marks[outcome.tone]}`} aria-hidden="true">
              {glyph}
            </span>
          )}
          {sayFault(event.text)}
          {outcome.words && <span className="sr-only"> ({outcome.words})</span>}
        </span>
      </span>
    </li>
  );
}

function sameDelivery(a: TimelineEvent | undefined, b: TimelineEvent): boolean {
  return a?.arrival === b.arrival && a.idempotencyKey === b.idempotencyKey;
}
