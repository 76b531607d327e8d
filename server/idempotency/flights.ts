import type { Intent, SeenRow } from "./core/key-row.ts";
import type { Store } from "./store.ts";

interface Flight {
  intent: Intent;
  landing: Promise<{ row: SeenRow }>;
}

/** By their keys: of two accounts with one key at once, one has a flight that is found, and the other's duplicates go by themselves. */
const flights = new WeakMap<Store, Map<string, Flight>>();

/**
 * The first request under this key, if its statement is out in this process and over this store: gives the row that it commits,
 * or the one that it finds there, or undefined where it fails. Who shares it has asked nothing of Postgres; nobody but
 * the same account may. Whether it was the same request is told by the row, as by one that was read.
 */
export function flightOf(store: Store, intent: Intent): Promise<SeenRow | undefined> | undefined {
  const flight = flights.get(store)?.get(intent.key);
  if (flight?.intent.account !== intent.account) return undefined;
  return flight.landing.then(
    ({ row }) => row,
    // Theirs to find out: they go on by themselves, as they would have without this one.
    () => undefined,
  );
}

/**
 * Runs `ask`, which gives the key's row, so that duplicates can find it. It is one statement or one transaction and a look,
 * within the limits of those, and has no client behind it: one that goes away takes nothing from whoever
 * shares it. Nothing is kept once it has landed.
 */
export async function fly<Landed extends { row: SeenRow }>(
  store: Store,
  intent: Intent,
  ask: () => Promise<Landed>,
): Promise<Landed> {
  let ofStore = flights.get(store);
  if (ofStore === undefined) flights.set(store, (ofStore = new Map()));
  const landing = ask();
  const flight = { intent, landing };
  ofStore.set(intent.key, flight);
  try {
    return await landing;
  } finally {
    if (ofStore.get(intent.key) === flight) ofStore.delete(intent.key);
  }
}
