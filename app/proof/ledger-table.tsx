import type { Order } from "../trpc/outputs.ts";
import { LedgerHead, LedgerLine } from "./ledger-lines.tsx";

/** The postings of one order: each paid order has one debit and one credit of the same amount. */
export function LedgerTable({ rows }: { rows: Order["ledger"] | undefined }) {
  if (!rows || rows.length === 0) return <p className="text-muted">No rows yet.</p>;
  return (
    <table className="w-full">
      <LedgerHead />
      <tbody>
        {rows.map((row) => (
          <LedgerLine key={row.entryId} line={row} />
        ))}
      </tbody>
    </table>
  );
}
