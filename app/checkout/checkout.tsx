"use client";

import { ArmedBar } from "../faults/armed-bar.tsx";
import { LiveQueries } from "../frame/live-queries.tsx";
import { Proof } from "../proof/proof.tsx";
import type { Order, PaymentMethod } from "../trpc/outputs.ts";
import { CheckoutForm } from "./checkout-form.tsx";
import { EmptyOrder } from "./empty-order.tsx";
import { useArmedPlan } from "./order/use-armed-plan.ts";
import { useCheckout } from "./use-checkout.ts";

export interface CheckoutProps {
  orderId: string;
  account: string;
  faults: boolean;
  methods: readonly PaymentMethod[];
  /** The order as the server knew it when it drew the page; null when it knew of none. */
  initialOrder: Order | null;
}

/** The honest checkout of one order. */
export function Checkout(props: CheckoutProps) {
  return (
    <LiveQueries>
      <CheckoutPage {...props} />
    </LiveQueries>
  );
}

function CheckoutPage({ orderId, account, faults, methods, initialOrder }: CheckoutProps) {
  const checkout = useCheckout(orderId, account, initialOrder);
  const { view, live, screen } = checkout;
  const { plan, disarm } = useArmedPlan(orderId);

  if (live.order === null && !checkout.waiting)
    return <EmptyOrder elsewhere={view.foreignAccount} />;
  return (
    <>
      <ArmedBar
        plan={faults && !checkout.paid ? plan : ""}
        scope="this payment"
        onDisarm={disarm}
      />
      <main
        id="main"
        data-state={screen}
        className="mx-auto grid max-w-[1180px] gap-4 px-4 pt-5 pb-32 min-[940px]:grid-cols-[372px_minmax(0,1fr)] min-[940px]:items-start min-[940px]:pb-10"
      >
        <CheckoutForm orderId={orderId} checkout={checkout} account={account} methods={methods} />
        <Proof
          orderId={orderId}
          order={live.order ?? null}
          orderLostSince={live.lost ? live.knownAt : null}
          sends={view.record?.joined ? null : (view.record?.sends ?? 0)}
          everyMs={checkout.everyMs}
        />
      </main>
    </>
  );
}
