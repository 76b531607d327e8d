"use client";

import { useQueries, useQuery } from "@tanstack/react-query";
import { LiveQueries } from "../frame/live-queries.tsx";
import { BankTable } from "../proof/bank-table.tsx";
import { OldNumbers } from "../proof/old-numbers.tsx";
import { api } from "../trpc/client.ts";
import { Panel } from "../ui/panel.tsx";
import { InvariantTable } from "./invariant-table.tsx";
import { PostingTable } from "./posting-table.tsx";
import { ReviewList } from "./review-list.tsx";

const everyMs = 5_000;
/** Orders whose postings are fetched; older ones are in the bank's table with a link to their page. */
const postingsMax = 12;

export function LedgerView() {
  return (
    <LiveQueries>
      <Books />
    </LiveQueries>
  );
}

function Books() {
  const charges = useQuery({
    queryKey: ["bank"],
    queryFn: () => api.audit.bankStatement.query({}),
    refetchInterval: everyMs,
  });
  const invariants = useQuery({
    queryKey: ["invariants"],
    queryFn: () => api.audit.invariants.query(),
    refetchInterval: everyMs,
  });
  const reviews = useQuery({
    queryKey: ["reviews"],
    queryFn: () => api.audit.reviews.query(),
    refetchInterval: everyMs,
  });
  const newestFirst = charges.data?.toSorted((a, b) => b.at.localeCompare(a.at));
  const orderIds = [...new Set(newestFirst?.map((charge) => charge.orderId))].slice(0, postingsMax);
  const orders = useQueries({
    queries: orderIds.map((orderId) => ({
      queryKey: ["order", orderId],
      queryFn: () => api.orders.get.query({ orderId }),
      refetchInterval: everyMs,
    })),
  });
  return (
    <div className="grid gap-4 min-[860px]:grid-cols-2 min-[860px]:items-start">
      <Panel id="postings" title="Postings">
        <PostingTable
          orders={orders.flatMap((order) => order.data ?? [])}
          known={charges.isFetched}
        />
      </Panel>
      <Panel
        id="statement"
        title="The bank's statement"
        aside={<OldNumbers lost={charges.isError} since={charges.dataUpdatedAt} />}
      >
        <BankTable charges={newestFirst} />
      </Panel>
      <Panel
        id="reviews"
        title="Waiting for a person"
        className="min-[860px]:col-span-2"
        aside={<OldNumbers lost={reviews.isError} since={reviews.dataUpdatedAt} />}
      >
        <ReviewList reviews={reviews.data} />
      </Panel>
      <Panel
        id="invariants"
        title="Invariants"
        className="min-[860px]:col-span-2"
        aside={<OldNumbers lost={invariants.isError} since={invariants.dataUpdatedAt} />}
      >
        <InvariantTable invariants={invariants.data} />
      </Panel>
    </div>
  );
}
