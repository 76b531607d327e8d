"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { v7 } from "uuid";
import { intentOf } from "../checkout/intent/browser-intents.ts";
import { writeDraft } from "../checkout/order/draft.ts";
import { ArmedBar } from "../faults/armed-bar.tsx";
import { FaultSwitch } from "../faults/fault-switch.tsx";
import { defaultPlan } from "../faults/plans.ts";
import { api } from "../trpc/client.ts";
import type { Catalogue } from "../trpc/outputs.ts";
import { Button } from "../ui/button.tsx";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";
import { RadioCards } from "../ui/radio-cards.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";
import { GoodsIcon } from "./goods-icon.tsx";

/** The method of the one-click payment; "Choose how to pay first" offers the others. */
const oneClickMethod = "pm_card_visa";

/** Three things to buy, one thing to go wrong, one button. */
export function BuyOnce(props: {
  catalogue: Catalogue;
  account: string;
  faults: boolean;
  children: React.ReactNode;
}) {
  const { catalogue, account } = props;
  const router = useRouter();
  const hydrated = useHydrated();
  const [sku, setSku] = useState(catalogue.items.at(-1)?.sku ?? "");
  const [plan, setPlan] = useState(props.faults ? defaultPlan : "");
  const [leaving, setLeaving] = useState(false);
  const goods = catalogue.items.find((item) => item.sku === sku);
  if (!goods) return <p>The shop is empty.</p>;
  const total = formatMoney(goods.unitAmount, catalogue.currency);

  /** A new order with every press of either way on: three purchases are three orders. */
  function draftOrder(): { orderId: string; items: { sku: string; quantity: number }[] } {
    const orderId = v7();
    const items = [{ sku, quantity: 1 }];
    writeDraft(orderId, { v: 1, account, items, faultPlan: plan });
    return { orderId, items };
  }

  function pay(unitAmount: number) {
    if (leaving) return;
    setLeaving(true);
    const { orderId, items } = draftOrder();
    // The payment lives in its store, not here: it goes on while this page makes room for the checkout.
    void intentOf(orderId).press({
      account,
      input: {
        paymentMethod: oneClickMethod,
        expectedTotal: { amount: unitAmount, currency: catalogue.currency },
      },
      whenSaved: () => api.orders.save.mutate({ orderId, items }),
    });
    router.push(`/checkout/${orderId}`);
  }

  return (
    <>
      <ArmedBar plan={plan} scope="this payment" onDisarm={() => setPlan("")} />
      <div className="mx-auto max-w-[1180px] px-4">
        {props.children}
        <div
          id="shop"
          className="grid gap-4 pb-28 min-[860px]:grid-cols-2 min-[860px]:items-start min-[860px]:pb-10"
        >
          <Panel id="goods" title="What you buy">
            <RadioCards
              name="goods"
              legend="What you buy"
              hideLegend
              value={sku}
              onChange={setSku}
              choices={catalogue.items.map((item) => ({
                value: item.sku,
                label: item.name,
                icon: <GoodsIcon sku={item.sku} />,
                aside: (
                  <span className="font-medium">
                    {formatMoney(item.unitAmount, catalogue.currency)}
                  </span>
                ),
              }))}
            />
            <div className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-panel px-4 pt-3 pb-4 min-[860px]:static min-[860px]:mt-4 min-[860px]:px-0 min-[860px]:pb-0">
              <Button
                look="main"
                className="w-full"
                waiting={!hydrated || leaving}
                describedBy="pay-note"
                onPress={() => pay(goods.unitAmount)}
              >
                {leaving ? "Paying…" : `Pay ${total}`}
              </Button>
              <p id="pay-note" className="mt-2 text-small text-muted">
                {hydrated
                  ? "With a test Visa. One order is paid at most once."
                  : "One moment: the button works as soon as the page is ready."}
              </p>
            </div>
            <p className="mt-1">
              <button
                type="button"
                onClick={() => router.push(`/checkout/${draftOrder().orderId}`)}
                className="min-h-11 text-accent underline underline-offset-4"
              >
                Choose how to pay first
              </button>
            </p>
          </Panel>
          {props.faults && (
            <Panel
              id="faults"
              title="What goes wrong on the way"
              aside={<span className="text-small text-muted">Only in your account</span>}
            >
              <FaultSwitch plan={plan} onChange={setPlan} />
            </Panel>
          )}
        </div>
      </div>
    </>
  );
}
