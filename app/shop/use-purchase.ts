"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { v7 } from "uuid";
import { intentOf } from "../checkout/intent/browser-intents.ts";
import type { Money } from "../checkout/intent/record.ts";
import { writeDraft } from "../checkout/order/draft.ts";
import { saveOrder } from "../checkout/order/save-order.ts";

/** The method of the one-click payment; "Choose how to pay first" offers the others. */
const oneClickMethod = "pm_card_visa";

/**
 * From the shop to the checkout, with or without paying on the way. Each makes a new order: three purchases are three
 * orders, and Back goes back to the old one's page, not to its key.
 */
export function usePurchase(account: string, faultPlan: string) {
  const router = useRouter();
  const [paying, setPaying] = useState(false);
  // Not the state: two presses in one turn of the event loop both see the old one, and each would be a new order.
  const pressed = useRef(false);

  function draft(sku: string) {
    const orderId = v7();
    const items = [{ sku, quantity: 1 }];
    writeDraft(orderId, { v: 1, account, items, faultPlan });
    return { orderId, items };
  }

  return {
    paying,
    /** Pays one of these. The payment lives in its store, and goes on while this page makes room for the checkout. */
    pay(sku: string, expectedTotal: Money) {
      if (pressed.current) return;
      pressed.current = true;
      setPaying(true);
      const { orderId, items } = draft(sku);
      void intentOf(orderId).press({
        account,
        input: { paymentMethod: oneClickMethod, expectedTotal },
        whenSaved: () => saveOrder(orderId, items),
      });
      router.push(`/checkout/${orderId}`);
    },
    choose(sku: string) {
      const { orderId, items } = draft(sku);
      // A head start only: the checkout saves the draft itself if this gets no answer.
      void saveOrder(orderId, items).catch(() => null);
      router.push(`/checkout/${orderId}`);
    },
  };
}
