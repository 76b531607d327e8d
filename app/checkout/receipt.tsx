import type { Paid } from "./intent/record.ts";
import { Clock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";

/** What was paid, as the stored answer has it. */
export function Receipt({ paid, idempotencyKey }: { paid: Paid; idempotencyKey: string | null }) {
  const rows: [string, React.ReactNode][] = [
    ["Paid", formatMoney(paid.amount, paid.currency)],
    ["At", <Clock key="at" at={paid.paidAt} />],
    ["Charge", <code key="charge">{paid.chargeId}</code>],
    ["At the bank", <code key="reference">{paid.providerReference}</code>],
    ["Order", <code key="order">{paid.orderId}</code>],
  ];
  if (idempotencyKey) rows.push(["Payment key", <code key="key">{idempotencyKey}</code>]);
  return (
    <Panel id="receipt" title="Receipt">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right wrap-anywhere [&_code]:font-mono [&_code]:text-[12px]">
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
