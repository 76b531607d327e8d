"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "../trpc/client.ts";
import type { Order } from "../trpc/outputs.ts";
import { Panel } from "../ui/panel.tsx";
import { BankTable } from "./bank-table.tsx";
import { Counters } from "./counters.tsx";
import { InvariantStrip } from "./invariant-strip.tsx";
import { LedgerTable } from "./ledger-table.tsx";
import { OldNumbers } from "./old-numbers.tsx";
import { pollEveryMs } from "./poll-every.ts";
import { Timeline } from "./timeline.tsx";

/**
 * What really happened to one order, from three places that know: the server's timeline, the ledger, and the bank's
 * own journal. Nothing here is counted in the page, except where it says so.
 */
export function Proof(props: {
  orderId: string;
  order: Order | null;
  /** When the order was last known, if the latest look at it got no answer. */
  orderLostSince: number | null;
  /** `fetch()` calls for the current key from this browser; null when the key is another tab's or client's. */
  sends: number | null;
  /** From `pollEveryMs`: the page knows how near an answer is. */
  everyMs: number;
}) {
  const { orderId, order, everyMs: refetchInterval } = props;
  const calm = refetchInterval === pollEveryMs.calm;
  const events = useQuery({
    queryKey: ["timeline", orderId],
    queryFn: () => api.timeline.list.query({ orderId }),
    refetchInterval,
  });
  const charges = useQuery({
    queryKey: ["bank", orderId],
    queryFn: () => api.audit.bankStatement.query({ orderId }),
    refetchInterval,
  });
  const invariants = useQuery({
    queryKey: ["invariants"],
    queryFn: () => api.audit.invariants.query(),
    refetchInterval: Math.max(refetchInterval, pollEveryMs.patient),
  });

  // Once more right after settling: the last second before it is the one that matters.
  const wasCalm = useRef(calm);
  useEffect(() => {
    if (calm && !wasCalm.current)
      for (const query of [events, charges, invariants]) void query.refetch();
    wasCalm.current = calm;
  }, [calm, events, charges, invariants]);

  return (
    <section aria-label="What the server and the bank know" className="grid min-w-0 gap-4">
      <p className="text-small text-muted">
        What the server and the bank know at this moment. A real buyer&apos;s page cannot see it.
      </p>
      <Counters
        charges={charges.data}
        chargesLostSince={charges.isError ? charges.dataUpdatedAt : undefined}
        events={events.data}
        sends={props.sends}
      />
      <Panel
        id="timeline"
        title="What the server received"
        aside={<OldNumbers lost={events.isError} since={events.dataUpdatedAt} />}
      >
        <Timeline events={events.data} sent={props.sends !== 0} />
      </Panel>
      <div className="grid min-w-0 gap-4 min-[700px]:grid-cols-2 min-[700px]:items-start">
        <Panel
          id="ledger"
          title="The ledger's rows"
          aside={
            props.orderLostSince !== null ? (
              <OldNumbers lost since={props.orderLostSince} />
            ) : (
              <span className="text-small text-muted">Postgres, right now</span>
            )
          }
        >
          <LedgerTable rows={order?.ledger} />
        </Panel>
        <Panel
          id="bank"
          title="The bank's charges"
          aside={
            charges.isError ? (
              <OldNumbers lost since={charges.dataUpdatedAt} />
            ) : (
              <span className="text-small text-muted">Its own journal</span>
            )
          }
        >
          <BankTable charges={charges.data} />
        </Panel>
      </div>
      <InvariantStrip invariants={invariants.data} />
    </section>
  );
}
