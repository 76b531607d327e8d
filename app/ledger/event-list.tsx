import type { BankDelivery, InboxEvent } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { Pill, type Tone } from "../ui/pill.tsx";
import { KeyLink } from "./key-link.tsx";
import { Redeliver, type SendEvents } from "./redeliver.tsx";

const effects: Record<InboxEvent["effect"], [tone: Tone, words: string, meaning: string]> = {
  settled: ["ok", "settled", "this event ended the intent or was booked"],
  known: ["replay", "known already", "our books had it before the event came"],
  none: ["plain", "no effect", "it asks for nothing"],
  unmatched: ["unknown", "unmatched", "our books do not say so: see the reconciler"],
};

/**
 * The inbox: each event of the bank has its effect once, in the commit of its row, however often it is delivered.
 * @param onSend undefined where the bank cannot be asked to deliver again
 */
export function EventList(props: {
  events: readonly InboxEvent[] | undefined;
  deliveries: readonly BankDelivery[];
  onSend: SendEvents | undefined;
}) {
  const { events, deliveries, onSend } = props;
  if (!events) return <p className="text-muted">Asking the server…</p>;
  if (events.length === 0)
    return <p className="text-muted">The bank has told nothing yet. Pay an order, and it will.</p>;
  return (
    <ul className="grid">
      {events.map((event) => {
        const [tone, words, meaning] = effects[event.effect];
        return (
          <li
            key={event.eventId}
            data-event={event.eventId}
            className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line py-2 last:border-b-0"
          >
            <Pill tone={tone}>{words}</Pill>
            <code className="font-mono text-small">{event.type}</code>
            <span className="text-small text-muted">
              <Clock at={event.at} />
            </span>
            {event.idempotencyKey && <KeyLink idempotencyKey={event.idempotencyKey} />}
            <span className="w-full text-small text-muted">
              {meaning}; event <code className="font-mono break-all">{event.eventId}</code>
              {event.reference && (
                <>
                  {" "}
                  of <code className="font-mono break-all">{event.reference}</code>
                </>
              )}
            </span>
            {onSend && (
              <Redeliver
                event={event}
                siblings={events.filter(({ orderId }) => orderId === event.orderId)}
                deliveries={deliveries.filter(({ eventId }) => eventId === event.eventId)}
                onSend={onSend}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
