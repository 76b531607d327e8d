import { sayFault } from "../faults/fault-words.ts";
import { senders } from "../proof/senders.ts";
import { Pill } from "../ui/pill.tsx";
import { MARKS } from "./marks.ts";
import { sayMs, type Step } from "./step.ts";

/** A line of the list: when, who sent it where that is news, and what happened. */
export function ListRow({ step, opens }: { step: Step; opens: boolean }) {
  const { event } = step;
  const { glyph, color } = MARKS[step.mark];
  const sender = event.point === "fault" ? senders.fault : opens ? senders[event.sentBy] : null;
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
            <Pill tone={sender.tone}>
              {sender.name}
              {event.arrival > 0 ? `, request ${event.arrival}` : ""}
            </Pill>
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
