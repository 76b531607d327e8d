export interface Place {
  href: string;
  name: string;
  /** After G. */
  letter?: string;
  /** There only with `FAULTS=on`. */
  lab?: true;
}

/** Pages that exist, and nothing else: each is added with its page. */
export const PLACES: readonly Place[] = [
  { href: "/", name: "Shop", letter: "h" },
  { href: "/lab", name: "Lab", letter: "a", lab: true },
  { href: "/storm", name: "Storm", letter: "s", lab: true },
  { href: "/ledger", name: "Ledger", letter: "d" },
  { href: "/patterns", name: "Patterns", lab: true },
  { href: "/agent", name: "Agent" },
];

export function placesOf(faults: boolean): Place[] {
  return PLACES.filter(({ lab }) => faults || !lab);
}
