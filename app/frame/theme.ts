/** The theme of this browser. The page's root has it, so that there is one truth for whoever shows or changes it. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const MOTIONS = ["system", "reduced"] as const;
export type Motion = (typeof MOTIONS)[number];

const CHANGED = "payonce-look";
const YEAR_S = 365 * 24 * 3600;

export function themeNow(): Theme {
  return THEMES.find((theme) => theme === document.documentElement.dataset["theme"]) ?? "system";
}

export function motionNow(): Motion {
  return (
    MOTIONS.find((motion) => motion === document.documentElement.dataset["motion"]) ?? "system"
  );
}

export function chooseTheme(theme: Theme): void {
  choose("theme", theme);
}

export function chooseMotion(motion: Motion): void {
  choose("motion", motion);
}

export function nextTheme(): void {
  chooseTheme(THEMES[(THEMES.indexOf(themeNow()) + 1) % THEMES.length] ?? "system");
}

export function watchLook(listener: () => void): () => void {
  document.addEventListener(CHANGED, listener);
  return () => document.removeEventListener(CHANGED, listener);
}

/**
 * The choice is a cookie, so that the server's first HTML has it already: no script in the head (the content policy
 * would need to bless it) and no flash of the other look.
 */
function choose(name: "theme" | "motion", chosen: string): void {
  const root = document.documentElement;
  if (chosen === "system") delete root.dataset[name];
  else root.dataset[name] = chosen;
  const maxAge = chosen === "system" ? 0 : YEAR_S;
  document.cookie = `payonce_${name}=${chosen}; path=/; max-age=${maxAge}; samesite=lax`;
  document.dispatchEvent(new Event(CHANGED));
}
