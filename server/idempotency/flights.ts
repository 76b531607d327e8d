import type { Intent } from "./key-row.ts";
import type { Store } from "./store.ts";

const flights = new WeakMap<Store, Map<string, Promise<string | undefined>>>();

/**
 * The first execution of this very request, if its statement is out in this process and over this store: gives the
 * answer that it commits, or undefined where it commits none. Who shares it has asked nothing of Postgres; nobody but
 * the same account with the same key, procedure and fingerprint may.
 */
export function flightOf(store: Store, intent: Intent): Promise<string | undefined> | undefined {
  return flights.get(store)?.get(nameOf(intent));
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
  const ofStore = flights.get(store) ?? new Map<string, Promise<string | undefined>>();
  flights.set(store, ofStore);
  const name = nameOf(intent);
  const flying = write();
  const landing = flying.then(
    (written) => (written ? text : undefined),
    // Theirs to find out: they go on by themselves, as they would have without this one.
    () => undefined,
  );
  ofStore.set(name, landing);
  try {
    return await flying;
  } finally {
    if (ofStore.get(name) === landing) ofStore.delete(name);
  }
}

function nameOf({ account, key, procedure, fingerprint }: Intent): string {
  return JSON.stringify([account, key, procedure, fingerprint]);
}
