"use client";

import type { Order } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";
import { refundIntentOf } from "./refund-intents.ts";
import { RefundList } from "./refund-list.tsx";
import { RefundState } from "./refund-state.tsx";

type Charge = NonNullable<Order["charge"]>;

/** What was given back of a charge, and giving back more: in full or in part, as often as there is something left. */
export function RefundPanel(props: { account: string; charge: Charge; refunds: Order["refunds"] }) {
  const { account, charge, refunds } = props;
  const hydrated = useHydrated();
  const left = charge.amount - refunds.reduce((sum, { amount }) => sum + amount, 0);
  return (
    <Panel
      id="refund"
      title="Refund"
      aside={
        <span className="text-small text-muted">
          {formatMoney(left, charge.currency)} of {formatMoney(charge.amount, charge.currency)} left
        </span>
      }
    >
      <RefundList refunds={refunds} />
      {hydrated ? (
        <RefundState
          intent={refundIntentOf(charge.chargeId, account)}
          charge={charge}
          left={left}
        />
      ) : (
        <p className="min-h-11 text-muted">Getting ready…</p>
      )}
    </Panel>
  );
}
