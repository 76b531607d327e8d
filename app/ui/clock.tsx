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

const dated = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** "27 Nov 2026, 12:03" in the reader's own time zone: for what is kept longer than a day. */
export function DateAndClock({ at }: { at: string }) {
  const hydrated = useHydrated();
  return <time dateTime={at}>{hydrated ? dated.format(new Date(at)) : at.slice(0, 10)}</time>;
}
