"use client";

import { useHydrated } from "./use-hydrated.ts";

const format = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** "12:03:04" in the reader's own time zone, from an ISO 8601 string or milliseconds. */
export function formatClock(at: string | number): string {
  return format.format(new Date(at));
}

/** A time of day. The server does not know the reader's time zone, so its HTML holds a place of the same width. */
export function Clock({ at }: { at: string }) {
  const hydrated = useHydrated();
  return <time dateTime={at}>{hydrated ? formatClock(at) : "--:--:--"}</time>;
}
