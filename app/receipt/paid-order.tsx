import type { Order } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";

/** What was bought, at the prices that were charged, and under which names everybody has it in their books. */
export function PaidOrder({ order }: { order: Order }) {
  const { charge, items, total, orderId } = order;
  const names: [string, string][] = [["Order", orderId]];
  if (charge) names.push(["Charge", charge.chargeId], ["At the bank", charge.providerReference]);
  if (order.email) names.push(["Email", order.email]);
  return (
    <Panel id="receipt" title={charge ? "Receipt" : "Your order"}>
      <ul>
        {items.map(({ sku, name, quantity, unitAmount }) => (
          <li key={sku} className="flex min-h-9 items-center gap-3">
            <span className="min-w-0 flex-1">{name}</span>
            <span className="text-muted">× {quantity}</span>
            <span className="w-20 text-right">
              {formatMoney(unitAmount * quantity, total.currency)}
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-2 flex justify-between border-t border-line pt-2.5 font-semibold">
        <span>Total</span>
        <span>{formatMoney(total.amount, total.currency)}</span>
      </p>
      <dl className="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 border-t border-line pt-3">
        {names.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right font-mono text-[12px] wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
