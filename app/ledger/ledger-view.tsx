"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { LiveQueries } from "../frame/live-queries.tsx";
import { BankTable } from "../proof/bank-table.tsx";
import { OldNumbers } from "../proof/old-numbers.tsx";
import { api } from "../trpc/client.ts";
import { Panel } from "../ui/panel.tsx";
import { InspectForm } from "./inspect-form.tsx";
import { IntentPanel } from "./intent-panel.tsx";
import { InvariantTable } from "./invariant-table.tsx";
import { MailTable } from "./mail-table.tsx";
import { PostingTable } from "./posting-table.tsx";
import { Reconciler } from "./reconciler.tsx";
import { ReviewList } from "./review-list.tsx";
import { Totals } from "./totals.tsx";

const everyMs = 5_000;
const wide = "min-[860px]:col-span-2";

/** @param inspected the idempotency key of the intent to show, from the address */
export function LedgerView({ inspected }: { inspected: string | undefined }) {
  return (
    <LiveQueries>
      <Books inspected={inspected} />
    </LiveQueries>
  );
}

function Books({ inspected }: { inspected: string | undefined }) {
  const charges = useLive("bank", () => api.audit.bankStatement.query({}));
  const postings = useLive("postings", () => api.audit.postings.query());
  const invariants = useLive("invariants", () => api.audit.invariants.query());
  const reviews = useLive("reviews", () => api.audit.reviews.query());
  const compared = useLive("reconciliation", () => api.audit.reconciliation.query());
  const mails = useLive("mailbox", () => api.mailbox.list.query());
  const newestFirst = charges.data?.toSorted((a, b) => b.at.localeCompare(a.at));
  return (
    <div className="grid gap-4 min-[860px]:grid-cols-2 min-[860px]:items-start">
      <Totals
        className={wide}
        charges={charges.data}
        compared={compared.data}
        reviews={reviews.data}
        invariants={invariants.data}
      />
      {inspected !== undefined && <IntentPanel idempotencyKey={inspected} className={wide} />}
      <Panel id="postings" title="Our postings" aside={old(postings)}>
        <PostingTable postings={postings.data} />
      </Panel>
      <div className="grid min-w-0 gap-4">
        <Panel id="statement" title="The bank's statement" aside={old(charges)}>
          <BankTable charges={newestFirst} />
        </Panel>
        <Panel id="reviews" title="Waiting for a person" aside={old(reviews)}>
          <ReviewList reviews={reviews.data} />
        </Panel>
        <Panel id="mailbox" title="Receipts delivered" aside={old(mails)}>
          <MailTable mails={mails.data} />
        </Panel>
      </div>
      <Panel id="invariants" title="Invariants" className={wide} aside={old(invariants)}>
        <InvariantTable invariants={invariants.data} />
      </Panel>
      <Panel id="reconciler" title="Reconciler" className={wide} aside={old(compared)}>
        <Reconciler compared={compared.data} />
      </Panel>
      <Panel id="inspect" title="Look at one intent" className={wide}>
        <InspectForm inspected={inspected} />
      </Panel>
    </div>
  );
}

function useLive<T>(name: string, ask: () => Promise<T>): UseQueryResult<T> {
  return useQuery({ queryKey: [name], queryFn: ask, refetchInterval: everyMs });
}

function old({ isError, dataUpdatedAt }: UseQueryResult<unknown>) {
  return <OldNumbers lost={isError} since={dataUpdatedAt} />;
}
