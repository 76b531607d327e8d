import type { TimelineEvent } from "../trpc/outputs.ts";
import { glyphs, Pill, type Tone } from "../ui/pill.tsx";

const senders: Record<TimelineEvent["sentBy"], { name: string; tone: Tone }> = {
  you: { name: "You", tone: "plain" },
  app: { name: "Your code", tone: "plain" },
  browser: { name: "The browser", tone: "replay" },
  fault: { name: "A fault", tone: "fail" },
  completer: { name: "The completer", tone: "ok" },
  client: { name: "Another client", tone: "plain" },
};

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
export function Timeline({ events }: { events: readonly TimelineEvent[] | undefined }) {
  const first = events?.[0];
  if (!events) return <p className="late text-muted">Asking the server…</p>;
  if (!first)
    return <p className="text-muted">Nothing yet. Press Pay, and watch it arrive here.</p>;
  const start = Date.parse(first.at);
  return (
    <ol className="grid">
      {events.map((event, index) => {
        const sender = senders[event.sentBy];
        const outcome = outcomes[event.outcome];
        const previous = events[index - 1];
        const newArrival =
          !previous ||
          previous.arrival !== event.arrival ||
          previous.idempotencyKey !== event.idempotencyKey;
        return (
          <li
            key={event.id}
            className={`arrive grid grid-cols-[64px_minmax(0,1fr)] gap-x-3 py-1 ${newArrival && index > 0 ? "mt-1.5 border-t border-line pt-2.5" : ""}`}
          >
            <span className="pt-px text-right font-mono text-small text-muted">
              {offset(Date.parse(event.at) - start)}
            </span>
            <span className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
              {newArrival && <Pill tone={sender.tone}>{sender.name}</Pill>}
              <span className="min-w-0">
                <span className={`mr-1.5 font-semibold ${marks[outcome.tone]}`} aria-hidden="true">
                  {glyphs[outcome.tone] || "·"}
                </span>
                {event.text}
                {outcome.words && <span className="sr-only"> ({outcome.words})</span>}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** "+41 ms", "+2.04 s": from the first event, on the server's clock. */
function offset(ms: number): string {
  return ms < 1000 ? `+${ms} ms` : `+${(ms / 1000).toFixed(2)} s`;
}
