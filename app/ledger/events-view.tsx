"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { LiveQueries } from "../frame/live-queries.tsx";
import { OldNumbers } from "../proof/old-numbers.tsx";
import { api } from "../trpc/client.ts";
import { Panel } from "../ui/panel.tsx";
import { EventList } from "./event-list.tsx";

const everyMs = 2_000;

/** `?view=events`: what the bank told us by itself. With faults on it can be asked to tell it again. */
export function EventsView({ faults }: { faults: boolean }) {
  return (
    <LiveQueries>
      <Inbox faults={faults} />
    </LiveQueries>
  );
}

function Inbox({ faults }: { faults: boolean }) {
  const events = useQuery({
    queryKey: ["webhooks"],
    queryFn: () => api.audit.webhooks.query(),
    refetchInterval: everyMs,
  });
  const deliveries = useQuery({
    queryKey: ["deliveries"],
    queryFn: () => api.lab.deliveries.query(),
    refetchInterval: everyMs,
    enabled: faults,
  });
  const send = useMutation({
    networkMode: "always",
    mutationFn: (wanted: { eventIds: string[]; delayMs: number }) =>
      api.lab.redeliver.mutate(wanted),
    onSettled: () => deliveries.refetch(),
  });
  return (
    <Panel
      id="events"
      title="The bank's signed events"
      aside={<OldNumbers lost={events.isError} since={events.dataUpdatedAt} />}
    >
      {deliveries.data && (
        <p className="mb-2 max-w-[66ch] text-small text-muted">
          Have one delivered again, late, or an order&apos;s events the newest first. The bank sends
          and signs them as before. This list does not grow by it, and no book changes.
        </p>
      )}
      <p role="status" className="mb-2 text-small text-unknown empty:hidden">
        {send.isError &&
          "? No word that the bank took that: the numbers below say what it did. No money moved."}
      </p>
      <EventList
        events={events.data}
        deliveries={deliveries.data ?? []}
        onSend={
          deliveries.data ? (eventIds, delayMs) => send.mutate({ eventIds, delayMs }) : undefined
        }
      />
    </Panel>
  );
}
