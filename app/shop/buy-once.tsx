"use client";

import { useState, type ReactNode } from "react";
import { ArmedBar } from "../faults/armed-bar.tsx";
import { FaultSwitch } from "../faults/fault-switch.tsx";
import { defaultPlan } from "../faults/plans.ts";
import type { Catalogue } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";
import { RadioCards } from "../ui/radio-cards.tsx";
import { GoodsIcon } from "./goods-icon.tsx";
import { PayBar } from "./pay-bar.tsx";
import { usePurchase } from "./use-purchase.ts";

/** Three things to buy, one thing to go wrong, one button. `children` is the opening above them. */
export function BuyOnce(props: {
  catalogue: Catalogue;
  account: string;
  faults: boolean;
  children: ReactNode;
}) {
  const { catalogue, account } = props;
  const [sku, setSku] = useState(catalogue.items.at(-1)?.sku ?? "");
  const [plan, setPlan] = useState(props.faults ? defaultPlan : "");
  const purchase = usePurchase(account, plan);
  const goods = catalogue.items.find((item) => item.sku === sku);
  if (!goods) return <p className="p-4">The shop is empty.</p>;
  const price = { amount: goods.unitAmount, currency: catalogue.currency };

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
            <PayBar
              total={formatMoney(price.amount, price.currency)}
              paying={purchase.paying}
              onPay={() => purchase.pay(sku, price)}
              onChoose={() => purchase.choose(sku)}
            />
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
