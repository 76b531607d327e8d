"use client";

import { useCallback, useEffect, useSyncExternalStore } from "react";
import { intentOf } from "./browser-intents.ts";
import type { IntentStore } from "./intent-store.ts";
import { type IntentView, NOTHING_KNOWN } from "./view.ts";

const onServer = () => NOTHING_KNOWN;
const serverStore = { subscribe: () => () => {}, view: onServer };

/** An order's intent as this page sees it. The server renders an order without one: it holds no key. */
export function useIntent(
  orderId: string,
  account: string,
): { view: IntentView; intent: () => IntentStore } {
  const store = typeof window === "undefined" ? serverStore : intentOf(orderId);
  const view = useSyncExternalStore(store.subscribe, store.view, onServer);
  useEffect(() => intentOf(orderId).attach(account), [orderId, account]);
  const intent = useCallback(() => intentOf(orderId), [orderId]);
  return { view, intent };
}
