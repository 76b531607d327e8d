"use client";

import { formatClock } from "../ui/clock.tsx";
import type { OrderEvents } from "./order-events.ts";

/** The live dot, in words: old numbers must never look live. */
export function StreamState({ since }: Pick<OrderEvents, "since">) {
  if (since === "live")
    return (
      <span data-live="live" className="text-small text-muted">
        <span aria-hidden="true">● </span>live
      </span>
    );
  return (
    <span role="status" data-live="lost" className="text-small text-unknown">
      <span aria-hidden="true">◌ </span>
      {since === undefined ? "connecting" : `Showing data from ${formatClock(since)}, reconnecting`}
    </span>
  );
}
