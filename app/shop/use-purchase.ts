"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { v7 } from "uuid";
import { writeDraft } from "../checkout/order/draft.ts";
import { saveOrder } from "../checkout/order/save-order.ts";

/**
 * From the shop to the checkout. Each purchase is a new order: three purchases are three orders, and Back goes back to
 * the old one's page, not to its key.
 * @returns buys one of `sku`
 */
export function usePurchase(account: string, faultPlan: string): (sku: string) => void {
  const router = useRouter();
  // Not state: two presses in one turn of the event loop both see the old one, and each would be a new order.
  const bought = useRef(false);
  // Shown again, by Back with its memory kept: another press is another purchase.
  useEffect(() => void (bought.current = false), []);

  return (sku) => {
    if (bought.current) return;
    bought.current = true;
    const orderId = v7();
    const items = [{ sku, quantity: 1 }];
    writeDraft(orderId, { v: 1, account, items, faultPlan });
    // A head start only: the checkout saves the draft itself if this gets no answer.
    void saveOrder(orderId, items).catch(() => null);
    router.push(`/checkout/${orderId}`);
  };
}
