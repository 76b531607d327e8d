import type { Metadata } from "next";
import { LedgerView } from "./ledger-view.tsx";

export const metadata: Metadata = { title: "Ledger" };

/** The account's books beside the bank's, and what the server checks in them. */
export default function LedgerPage() {
  return (
    <main id="main" className="mx-auto max-w-[1180px] px-4 pt-6 pb-12">
      <h1 className="text-heading font-semibold">Ledger</h1>
      <p className="mt-1 mb-5 max-w-[62ch] text-muted">
        What our books say, what the bank says, and whether the promises hold between them. All
        three are read from the server; nothing is counted in this page.
      </p>
      <LedgerView />
    </main>
  );
}
