"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import { makeKey } from "../../server/idempotency/client/index.ts";
import { writeDraft } from "../checkout/order/draft.ts";
import { saveOrder } from "../checkout/order/save-order.ts";

/**
 * From the shop to the checkout. Each purchase is a new order: three purchases are three orders, and Back goes back to
 * the old one's page, not to its key.
 * @returns `buy` buys one of `sku`; `opening` is the one whose checkout is on its way
 */
export function usePurchase(
  account: string,
  faultPlan: string,
): { buy: (sku: string) => void; opening: string | undefined } {
  const router = useRouter();
  const [chosen, setChosen] = useState<string>();
  const [isOpening, startOpening] = useTransition();
  // Not state: two presses in one turn of the event loop both see the old one, and each would be a new order.
  const bought = useRef(false);
  // Shown again, by Back with its memory kept: another press is another purchase.
  useEffect(() => void (bought.current = false), []);

  function buy(sku: string) {
    if (bought.current) return;
    bought.current = true;
    // A version 7 UUID as well: a second maker of them would be a second library on this page.
    const orderId = makeKey();
    const items = [{ sku, quantity: 1 }];
    writeDraft(orderId, { v: 1, account, items, faultPlan });
    // A head start only: the checkout saves the draft itself if this gets no answer.
    void saveOrder(orderId, items).catch(() => null);
    setChosen(sku);
    startOpening(() => router.push(`/checkout/${orderId}`));
  }

  return { buy, opening: isOpening ? chosen : undefined };
}
