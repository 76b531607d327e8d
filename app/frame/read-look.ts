import { cookies } from "next/headers";
import { MOTIONS, type Motion, type Theme, THEMES } from "./theme.ts";

/** What was chosen in this browser; "system" where nothing was. */
export async function readLook(): Promise<{ theme: Theme; motion: Motion }> {
  const chosen = await cookies();
  const [theme, motion] = [chosen.get("payonce_theme")?.value, chosen.get("payonce_motion")?.value];
  return {
    theme: THEMES.find((one) => one === theme) ?? "system",
    motion: MOTIONS.find((one) => one === motion) ?? "system",
  };
}
