import { sayFault } from "../faults/fault-words.ts";
import type { TimelineEvent } from "../trpc/outputs.ts";
import { Pill, type Tone } from "../ui/pill.tsx";
import { MARKS } from "./marks.ts";
import { sayMs, type Step } from "./step.ts";

const SENDERS: Record<TimelineEvent["sentBy"], { name: string; tone: Tone }> = {
  you: { name: "You", tone: "plain" },
  app: { name: "Your code", tone: "plain" },
  browser: { name: "The browser", tone: "replay" },
  fault: { name: "A fault", tone: "unknown" },
  completer: { name: "The completer", tone: "ok" },
  bank: { name: "The bank", tone: "plain" },
  client: { name: "Another client", tone: "plain" },
};

/** A line of the list: when, who sent it where that is news, and what happened. */
export function ListRow({ step, opens }: { step: Step; opens: boolean }) {
  const { event } = step;
  const { glyph, color } = MARKS[step.mark];
  const sender = event.point === "fault" ? SENDERS.fault : opens ? SENDERS[event.sentBy] : null;
  return (
    <span
      aria-hidden="true"
      className={`grid grid-cols-[70px_minmax(0,1fr)] gap-x-3 px-1 py-1.5 ${opens ? "border-t border-line" : ""}`}
    >
      <span className="text-right font-mono text-small leading-[22px] whitespace-nowrap text-muted">
        +{sayMs(step.afterMs)}
      </span>
      <span className="min-w-0">
        {sender && (
          <span className="mr-2">
            <Pill tone={sender.tone}>{sender.name}</Pill>
          </span>
        )}
        <span className="mr-1.5 font-semibold" style={{ color: `var(--${color})` }}>
          {glyph}
        </span>
        {sayFault(event.text)}
        {event.detail?.fault && (
          <span className="block text-small text-muted">{event.detail.fault.decision}</span>
        )}
      </span>
    </span>
  );
}
