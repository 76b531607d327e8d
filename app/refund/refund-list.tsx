import type { Order } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { Pill } from "../ui/pill.tsx";

/** Every refund that is in our books. */
export function RefundList({ refunds }: { refunds: Order["refunds"] }) {
  if (refunds.length === 0) return null;
  return (
    <ul aria-label="Refunds made" className="mb-3 grid gap-1.5 border-b border-line pb-3">
      {refunds.map(({ refundId, amount, currency, at }) => (
        <li key={refundId} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <Pill tone="ok">refunded</Pill>
          <span className="font-medium">{formatMoney(amount, currency)}</span>
          <span className="text-small text-muted">
            <Clock at={at} /> <code className="font-mono">…{refundId.slice(-8)}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}
