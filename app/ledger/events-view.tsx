"use client";

import { useQuery } from "@tanstack/react-query";
import { LiveQueries } from "../frame/live-queries.tsx";
import { OldNumbers } from "../proof/old-numbers.tsx";
import { api } from "../trpc/client.ts";
import { Panel } from "../ui/panel.tsx";
import { EventList } from "./event-list.tsx";

const everyMs = 2_000;

/** `?view=events`: what the bank told us by itself. */
export function EventsView() {
  return (
    <LiveQueries>
      <Inbox />
    </LiveQueries>
  );
}

function Inbox() {
  const events = useQuery({
    queryKey: ["webhooks"],
    queryFn: () => api.audit.webhooks.query(),
    refetchInterval: everyMs,
  });
  return (
    <Panel
      id="events"
      title="The bank's signed events"
      aside={<OldNumbers lost={events.isError} since={events.dataUpdatedAt} />}
    >
      <EventList events={events.data} />
    </Panel>
  );
}
