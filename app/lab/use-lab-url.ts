"use client";

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";

export const MODES = ["naive", "idempotent", "split"] as const;
export type Mode = (typeof MODES)[number];
const VIEWS = ["sequence", "timeline", "list"] as const;

/** Links of this version. A newer one says so instead of being read as something else. */
export const LINK_VERSION = 1;

/**
 * The lab's state, all of it in the URL. `plan` is there only where it is not the scenario's own; `t` is how many
 * events are shown, left out when it is all of them. A link carries no data and arms nothing.
 */
export function useLabUrl() {
  return useQueryStates(
    {
      m: parseAsStringLiteral(MODES),
      lane: parseAsString,
      seed: parseAsString,
      plan: parseAsString,
      v: parseAsInteger,
      t: parseAsInteger,
      view: parseAsStringLiteral(VIEWS),
    },
    { history: "replace", shallow: true, throttleMs: 50 },
  );
}
