"use client";

import { useSyncExternalStore } from "react";

const NARROW = "(max-width: 700px)";

function watch(listen: () => void) {
  const query = matchMedia(NARROW);
  query.addEventListener("change", listen);
  return () => query.removeEventListener("change", listen);
}

/** A phone: the list instead of the drawing, the faults in a sheet. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    watch,
    () => matchMedia(NARROW).matches,
    () => false,
  );
}
