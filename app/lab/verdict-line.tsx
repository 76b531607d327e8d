import { formatMoney } from "../ui/money.ts";
import { sayCount } from "../ui/say-count.ts";
import type { LaneNumbers } from "./strip.tsx";

/** "Naive: 7 charges, €336.00. Idempotent: 1 charge, €48.00, 6 replays.": the whole comparison in one line. */
export function VerdictLine({ numbers }: { numbers: readonly LaneNumbers[] }) {
  const seen = numbers.filter(({ audit }) => audit);
  if (seen.length === 0) return null;
  return (
    <p data-verdict className="text-small">
      {seen.map(({ lane, title, audit }) => (
        <span key={lane} className="mr-3">
          <strong className="font-semibold">{title}:</strong>{" "}
          {audit && sayCount(audit.charges, "charge")},{" "}
          {audit && formatMoney(audit.captured.amount, audit.captured.currency)}
          {audit && audit.receipts > 0 && `, ${sayCount(audit.receipts, "receipt")}`}
          {audit && audit.replays > 0 && `, ${sayCount(audit.replays, "replay")}`}.
        </span>
      ))}
    </p>
  );
}
