import type { Metadata } from "next";
import { LedgerView } from "./ledger-view.tsx";

export const metadata: Metadata = { title: "Ledger" };

/** The account's books beside the bank's, and what the server checks in them. `?key=` inspects one intent. */
export default async function LedgerPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { key } = await searchParams;
  return (
    <main id="main" className="mx-auto max-w-[1180px] px-4 pt-6 pb-12">
      <h1 className="text-heading font-semibold">Ledger</h1>
      <p className="mt-1 mb-5 max-w-[62ch] text-muted">
        What our books say, what the bank says, and whether the promises hold between them. All of
        it is read from the server; nothing is counted in this page.
      </p>
      <LedgerView inspected={typeof key === "string" ? key : undefined} />
    </main>
  );
}
