"use client";

import { useState } from "react";

const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const marks: Record<Theme, string> = { system: "◐", light: "○", dark: "●" };

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
      <span aria-hidden="true">{marks[theme]}</span>
      <span className="sr-only">Theme: </span>
      <span className="max-[520px]:sr-only">{theme}</span>
    </button>
  );
}
