"use client";

import { useSyncExternalStore } from "react";
import { nextTheme, type Theme, themeNow, watchLook } from "./theme.ts";

/** Drawn: a sign that the page's font lacks is looked for in every font of the system, before anything is painted. */
const marks: Record<Theme, string | undefined> = {
  system: "M6 1a5 5 0 0 0 0 10z",
  light: undefined,
  dark: "M6 1a5 5 0 0 0 0 10a5 5 0 0 0 0-10z",
};

/** Cycles system, light, dark. */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const theme = useSyncExternalStore(watchLook, themeNow, () => initial);
  return (
    <button
      type="button"
      onClick={nextTheme}
      className="inline-flex min-h-11 min-w-11 items-center justify-center gap-1.5 rounded-lg text-small text-muted hover:text-ink"
    >
      <svg viewBox="0 0 12 12" aria-hidden="true" className="size-3">
        <circle cx="6" cy="6" r="5" className="fill-none stroke-current" />
        <path d={marks[theme]} className="fill-current" />
      </svg>
      <span className="sr-only">Theme: </span>
      <span className="max-[520px]:sr-only">{theme}</span>
    </button>
  );
}
