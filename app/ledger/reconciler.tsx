import type { Finding, Reconciliation } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { Pill } from "../ui/pill.tsx";
import { sayCount } from "../ui/say-count.ts";
import { KeyLink } from "./key-link.tsx";

const sides = [
  {
    title: "At the bank, not in our books",
    kinds: {
      "captured-without-claim": "Captured without a claim",
      "returned-without-refund": "Given back without a refund",
    },
    of: ({ captures, returns }: Reconciliation["checked"]) =>
      `${sayCount(captures, "capture")} and ${sayCount(returns, "refund")} of the bank looked for`,
  },
  {
    title: "In our books, not at the bank",
    kinds: {
      "claim-without-capture": "Paid without a capture",
      "refund-without-return": "A refund that was not made, or failed",
    },
    of: ({ claims, refunds }: Reconciliation["checked"]) =>
      `${sayCount(claims, "charge")} and ${sayCount(refunds, "refund")} of ours looked for`,
  },
] as const;

/** Both books compared line by line, in both directions, when this page asked. */
export function Reconciler({ compared }: { compared: Reconciliation | undefined }) {
  if (!compared) return <p className="text-muted">Asking both books…</p>;
  const { worker } = compared;
  return (
    <>
      <p className="mb-3 max-w-[75ch] text-small text-muted">
        Line by line, by the bank&apos;s own ids. What is younger than{" "}
        {compared.olderThanMs / 1_000} s may still be under way and is left out; older than that, a
        line without its other half is an alarm.{" "}
        {worker.secondsAgo === null
          ? "The worker has not compared the books of all accounts yet."
          : `The worker compared the books of all accounts ${ago(worker.secondsAgo)}; of this account ${worker.open === 0 ? "nothing is" : `${worker.open} ${worker.open === 1 ? "line is" : "lines are"}`} open.`}
      </p>
      <div className="grid gap-4 min-[700px]:grid-cols-2">
        {sides.map(({ title, kinds, of }) => {
          const found = compared.findings.filter(({ kind }) => kind in kinds);
          return (
            <section key={title} aria-label={title} className="min-w-0">
              <h3 className="flex flex-wrap items-center gap-2 font-medium">
                {title} <Pill tone={found.length === 0 ? "ok" : "fail"}>{found.length}</Pill>
              </h3>
              <p className="text-small text-muted">{of(compared.checked)}</p>
              <ul className="mt-1 grid gap-2">
                {found.map((finding) => (
                  <FindingRow
                    key={`${finding.kind} ${finding.reference}`}
                    finding={finding}
                    title={Object.entries(kinds).find(([kind]) => kind === finding.kind)?.[1] ?? ""}
                  />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </>
  );
}

function FindingRow({ finding, title }: { finding: Finding; title: string }) {
  return (
    <li className="rounded-lg border border-fail bg-fail-bg px-3 py-2 text-fail">
      <p className="font-semibold">
        <span aria-hidden="true">✕ </span>
        {title}: {formatMoney(finding.amount, finding.currency)}
      </p>
      <p className="text-small text-ink">
        <code className="font-mono break-all">{finding.reference}</code>, <Clock at={finding.at} />
        {finding.orderId && (
          <>
            , order <code className="font-mono">…{finding.orderId.slice(-8)}</code>
          </>
        )}
      </p>
      {finding.idempotencyKey && (
        <p className="text-small text-ink">
          <KeyLink idempotencyKey={finding.idempotencyKey} /> {finding.state?.replace("_", " ")}
        </p>
      )}
    </li>
  );
}

function ago(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s ago` : `${Math.round(seconds / 60)} min ago`;
}
