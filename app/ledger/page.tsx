import type { Metadata } from "next";
import { readSession } from "../trpc/server-reads.ts";
import { EventsView } from "./events-view.tsx";
import { LedgerView } from "./ledger-view.tsx";
import { ViewTabs } from "./view-tabs.tsx";

export const metadata: Metadata = { title: "Ledger" };

/** The account's books beside the bank's, and what the server checks in them. `?key=` inspects one intent, `?view=events` the bank's webhooks. */
export default async function LedgerPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const [{ key, view }, { faults }] = await Promise.all([searchParams, readSession()]);
  const events = view === "events";
  return (
    <main id="main" className="mx-auto max-w-[1180px] px-4 pt-6 pb-12">
      <h1 className="text-heading font-semibold">Ledger</h1>
      <p className="mt-1 mb-3 max-w-[62ch] text-muted">
        What our books say, what the bank says, and whether the promises hold between them. All of
        it comes from the server; this page only adds up.
      </p>
      <ViewTabs current={events ? "events" : "books"} />
      {events ? (
        <EventsView faults={faults} />
      ) : (
        <LedgerView inspected={typeof key === "string" ? key : undefined} />
      )}
    </main>
  );
}
