"use client";

import { useMemo, useSyncExternalStore } from "react";
import { LiveOrder, type OrderEvents } from "./order-events.ts";

const nothing: OrderEvents = { events: undefined, since: undefined };

/** What happened to an order, live, for as long as the component stands there. */
export function useOrderEvents(orderId: string): OrderEvents {
  const order = useMemo(() => new LiveOrder(orderId), [orderId]);
  return useSyncExternalStore(order.subscribe, order.read, () => nothing);
}
