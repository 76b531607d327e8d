"use client";

import { useState } from "react";

const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
/** Drawn: a sign that the page's font lacks is looked for in every font of the system, before anything is painted. */
const marks: Record<Theme, string | undefined> = {
  system: "M6 1a5 5 0 0 0 0 10z",
  light: undefined,
  dark: "M6 1a5 5 0 0 0 0 10a5 5 0 0 0 0-10z",
};

/**
 * Cycles system, light, dark. The choice is a cookie, so that the server's first HTML has it already: no script in
 * the head (the content policy would need to bless it) and no flash of the other theme.
 */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);

  function next() {
    const chosen = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
    setTheme(chosen);
    const root = document.documentElement;
    if (chosen === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = chosen;
    const maxAge = chosen === "system" ? 0 : 365 * 24 * 3600;
    document.cookie = `payonce_theme=${chosen}; path=/; max-age=${maxAge}; samesite=lax`;
  }

  return (
    <button
      type="button"
      onClick={next}
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
