"use client";

import { useHydrated } from "./use-hydrated.ts";

/** Made with the first time that is shown: the two of them are 15 ms, four times that on a phone, before it can be pressed. */
const formats: { clock?: Intl.DateTimeFormat; dated?: Intl.DateTimeFormat } = {};

/** "12:03:04" in the reader's own time zone, from an ISO 8601 string or milliseconds. */
export function formatClock(at: string | number): string {
  formats.clock ??= new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
  return formats.clock.format(new Date(at));
}

/** A time of day. The server does not know the reader's time zone, so its HTML holds a place of the same width. */
export function Clock({ at }: { at: string }) {
  const hydrated = useHydrated();
  return <time dateTime={at}>{hydrated ? formatClock(at) : "--:--:--"}</time>;
}

function formatDated(at: string): string {
  formats.dated ??= new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return formats.dated.format(new Date(at));
}

/** "27 Nov 2026, 12:03" in the reader's own time zone: for what is kept longer than a day. */
export function DateAndClock({ at }: { at: string }) {
  const hydrated = useHydrated();
  return <time dateTime={at}>{hydrated ? formatDated(at) : at.slice(0, 10)}</time>;
}
