"use client";

import type { BankDelivery, InboxEvent } from "../trpc/outputs.ts";
import { Button } from "../ui/button.tsx";

export type SendEvents = (eventIds: string[], delayMs: number) => void;

const DELAY_MS = 3_000;

/** How often the bank has delivered it, and three ways to have it delivered again. Each goes out signed by the bank. */
export function Redeliver(props: {
  event: InboxEvent;
  /** The events of the same order, the newest first: this one is among them. */
  siblings: readonly InboxEvent[];
  deliveries: readonly BankDelivery[];
  onSend: SendEvents;
}) {
  const { event, siblings, deliveries, onSend } = props;
  const { eventId } = event;
  const name = `${event.type} …${eventId.slice(-4)}`;
  const done = deliveries.filter(({ ended }) => ended === "delivered").length;
  const due = deliveries.filter(({ ended }) => ended === null).length;
  // The order's own, and not more than the bank takes at once.
  const newestFirst = event.orderId === null ? [] : siblings.slice(0, 20);
  return (
    <div className="flex w-full flex-wrap items-center gap-2">
      <p className="text-small">
        Delivered {done === 1 ? "once" : `${done} times`}
        {due > 0 && `, ${due} on the way`}
      </p>
      <span role="group" aria-label={`Deliver again: ${name}`} className="ml-auto flex gap-2">
        <Button look="quiet" onPress={() => onSend([eventId], 0)}>
          Resend
        </Button>
        {newestFirst.length > 1 && (
          <Button
            look="quiet"
            onPress={() =>
              onSend(
                newestFirst.map((one) => one.eventId),
                0,
              )
            }
          >
            Reorder
          </Button>
        )}
        <Button look="quiet" onPress={() => onSend([eventId], DELAY_MS)}>
          Delay {DELAY_MS / 1_000} s
        </Button>
      </span>
    </div>
  );
}
