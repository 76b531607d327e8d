"use client";

import { useState } from "react";
import { FaultSwitch } from "../faults/fault-switch.tsx";
import { nameOfPlan } from "../faults/plans.ts";
import type { Catalogue } from "../trpc/outputs.ts";
import { Button } from "../ui/button.tsx";
import { formatMoney } from "../ui/money.ts";
import { useHydrated } from "../ui/use-hydrated.ts";
import { GoodsIcon } from "./goods-icon.tsx";
import { usePurchase } from "./use-purchase.ts";

/** What is sold, with a button each. Buying makes an order of its own and goes to its checkout; nothing is paid yet. */
export function Shop({
  catalogue,
  account,
  faults,
}: {
  catalogue: Catalogue;
  account: string;
  faults: boolean;
}) {
  const [plan, setPlan] = useState("");
  const { buy, opening } = usePurchase(account, plan);
  const hydrated = useHydrated();
  return (
    <section id="shop" aria-labelledby="shop-title" className="mx-auto max-w-[1180px] px-4 py-8">
      <h2 id="shop-title" className="text-heading font-semibold">
        The shop
      </h2>
      <p className="mt-1 max-w-[62ch] text-muted">
        Buy something yourself: choose a card, press as often as you like, reload, go back.
      </p>
      <ul className="mt-4 grid gap-3 min-[700px]:grid-cols-3">
        {catalogue.items.map(({ sku, name, unitAmount }) => (
          <li
            key={sku}
            data-panel
            className="flex items-center gap-3 rounded-panel border border-line bg-panel p-4"
          >
            <GoodsIcon sku={sku} />
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{name}</span>
              <span className="text-muted">
                {opening === sku ? (
                  <span className="late">Opening its checkout…</span>
                ) : (
                  formatMoney(unitAmount, catalogue.currency)
                )}
              </span>
            </span>
            <Button look="quiet" waiting={!hydrated} onPress={() => buy(sku)}>
              Buy<span className="sr-only"> {name}</span>
            </Button>
          </li>
        ))}
      </ul>
      {faults && (
        <details className="mt-4 max-w-[720px] rounded-panel border border-line bg-panel">
          <summary className="min-h-11 cursor-pointer px-4 py-2.5">
            What goes wrong with what you buy here:{" "}
            <strong>{nameOfPlan(plan).toLowerCase()}</strong>
          </summary>
          <div className="px-4 pb-4">
            <FaultSwitch plan={plan} onChange={setPlan} />
          </div>
        </details>
      )}
    </section>
  );
}
