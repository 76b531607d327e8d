import type { Intent } from "./core/key-row.ts";
import type { Store } from "./store.ts";

interface Flight {
  intent: Intent;
  /** Says whether it has committed `text`. */
  landing: Promise<boolean>;
  text: string;
}

/** By their keys: of two accounts with one key at once, one has a flight that is found, and the other's duplicates go by themselves. */
const flights = new WeakMap<Store, Map<string, Flight>>();

/**
 * The first execution of this very request, if its statement is out in this process and over this store: gives the
 * answer that it commits, or undefined where it commits none. Who shares it has asked nothing of Postgres; nobody but
 * the same account with the same key, procedure and fingerprint may.
 */
export function flightOf(store: Store, intent: Intent): Promise<string | undefined> | undefined {
  const flight = flights.get(store)?.get(intent.key);
  if (
    flight?.intent.account !== intent.account ||
    flight.intent.procedure !== intent.procedure ||
    flight.intent.fingerprint !== intent.fingerprint
  )
    return undefined;
  return flight.landing.then(
    (written) => (written ? flight.text : undefined),
    // Theirs to find out: they go on by themselves, as they would have without this one.
    () => undefined,
  );
}

/**
 * Runs `write`, which says whether it has committed `text`, so that duplicates can find it. It is one statement or one
 * transaction, within the limits of those, and has no client behind it: one that goes away takes nothing from whoever
 * shares it. Nothing is kept once it has landed.
 */
export async function fly(
  store: Store,
  intent: Intent,
  text: string,
  write: () => Promise<boolean>,
): Promise<boolean> {
  let ofStore = flights.get(store);
  if (ofStore === undefined) flights.set(store, (ofStore = new Map()));
  const flight = { intent, landing: write(), text };
  ofStore.set(intent.key, flight);
  try {
    return await flight.landing;
  } finally {
    if (ofStore.get(intent.key) === flight) ofStore.delete(intent.key);
  }
}
