"use client";

import { useState } from "react";
import type { Order } from "../trpc/outputs.ts";
import { Button } from "../ui/button.tsx";
import { formatClock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";
import { keeper, refundIntentOf } from "./refund-intents.ts";
import { RefundList } from "./refund-list.tsx";
import { RefundState } from "./refund-state.tsx";

type Charge = NonNullable<Order["charge"]>;

/** Beyond this nothing is sent by itself: the person has gone away and may have changed their mind. */
const STALE_MS = 600_000;

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
        <OneRefund account={account} charge={charge} left={left} />
      ) : (
        <p className="min-h-11 text-muted">Getting ready…</p>
      )}
    </Panel>
  );
}

function OneRefund(props: { account: string; charge: Charge; left: number }) {
  const { account, charge, left } = props;
  const [stale, setStale] = useState(() => staleRecord(account, charge.chargeId));
  const intent = refundIntentOf(charge.chargeId, account);
  if (stale === null) return <RefundState intent={intent} charge={charge} left={left} />;
  return (
    <div data-refund-state="stale" className="grid justify-items-start gap-3">
      <p>
        A refund of {formatMoney(stale.input.amount, charge.currency)} was started at{" "}
        {formatClock(stale.firstSentAt)} and did not finish. Nothing is sent until you press; asking
        is safe, for it uses the same key.
      </p>
      <Button look="quiet" onPress={() => setStale(null)}>
        Ask what became of it
      </Button>
    </div>
  );
}

function staleRecord(account: string, chargeId: string) {
  const record = keeper.read(chargeId);
  if (record === null || record.account !== account || record.firstSentAt === null) return null;
  const open = record.state === "sent" || record.state === "unknown";
  const old = Date.now() - Date.parse(record.firstSentAt) > STALE_MS;
  return open && old ? { input: record.input, firstSentAt: record.firstSentAt } : null;
}
