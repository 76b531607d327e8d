"use client";

import { useRouter } from "next/navigation";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { useKeys } from "../keys/use-keys.ts";
import { placesOf } from "../places.ts";
import { nextTheme } from "../theme.ts";
import { type Overlay, showOverlay, shownOverlay, watchOverlay } from "./overlay.ts";

/** Fetched when they are first asked for: until then they cost the page nothing. */
const OVERLAYS = {
  keys: lazy(() => import("./keys-help.tsx")),
  settings: lazy(() => import("./settings.tsx")),
  palette: lazy(() => import("./palette.tsx")),
  reset: lazy(() => import("./reset-account.tsx")),
};

/** The frame's keys, and what they open. `keys-help.tsx` lists them. */
export function Overlays({ faults }: { faults: boolean }) {
  const router = useRouter();
  const open = useSyncExternalStore(watchOverlay, shownOverlay, () => null);
  // Stays where it is while it closes: it has the focus to give back.
  const [last, setLast] = useState<Overlay>();
  if (open && open !== last) setLast(open);
  useKeys({
    t: nextTheme,
    "Shift+r": () => showOverlay("reset"),
    "?": () => showOverlay("keys"),
    ...Object.fromEntries(
      placesOf(faults).flatMap(({ letter, href }) =>
        letter ? [[`g ${letter}`, () => router.push(href)]] : [],
      ),
    ),
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      if (event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      showOverlay(shownOverlay() === "palette" ? null : "palette");
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  if (!last) return null;
  const Shown = OVERLAYS[last];
  return (
    <Suspense>
      <Shown
        faults={faults}
        open={open === last}
        onOpen={(shown) => showOverlay(shown ? last : null)}
      />
    </Suspense>
  );
}
