import { cookies } from "next/headers";
import type { Theme } from "./theme-switch.tsx";

/** The theme chosen in this browser; "system" where none was. */
export async function readTheme(): Promise<Theme> {
  const chosen = (await cookies()).get("payonce_theme")?.value;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}
