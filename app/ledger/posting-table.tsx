import Link from "next/link";
import { LedgerHead, LedgerLine } from "../proof/ledger-lines.tsx";
import type { Posting } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { KeyLink } from "./key-link.tsx";

/** Every posting is a balanced set of lines: they are kept together, under what they book. */
export function PostingTable({ postings }: { postings: readonly Posting[] | undefined }) {
  if (!postings) return <p className="text-muted">Asking the server…</p>;
  if (postings.length === 0)
    return <p className="text-muted">No postings yet. Pay an order, and they appear here.</p>;
  return (
    <table className="w-full">
      <LedgerHead />
      {postings.map((posting) => (
        <tbody key={posting.postingId}>
          <tr>
            <th scope="rowgroup" colSpan={3} className="pt-3 text-left font-normal">
              <span className="flex flex-wrap items-baseline gap-x-3 text-small">
                <span className="font-semibold">
                  {posting.kind === "charge" ? "Charge" : "Refund"}
                </span>
                <Link
                  href={`/checkout/${posting.orderId}`}
                  className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
                >
                  Order <code className="ml-1 font-mono">…{posting.orderId.slice(-8)}</code>
                </Link>
                <KeyLink idempotencyKey={posting.idempotencyKey} />
                <span className="text-muted">
                  <Clock at={posting.at} />
                </span>
              </span>
            </th>
          </tr>
          {posting.entries.map((row) => (
            <LedgerLine key={row.entryId} line={row} />
          ))}
        </tbody>
      ))}
    </table>
  );
}
