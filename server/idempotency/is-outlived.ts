import { sql } from "drizzle-orm";
import { rowsOf, type Store } from "./store.ts";

/** Far below the 430 days that Postgres decides by: our clock says only whether it is worth asking. */
const LOOKS_OLD_MS = 200 * 24 * 3_600_000;

/**
 * Whether the key is so old that its record may have been removed for good: a version 7 key carries its own birth.
 * Such a key is never run, since nobody can tell any more whether it was. Costs nothing for a younger one.
 */
export function isOutlived(
  store: Store,
  intent: { account: string; key: string },
): Promise<boolean> | false {
  return Date.now() - bornAtMs(intent.key) >= LOOKS_OLD_MS && isGone(store, intent);
}

async function isGone(
  store: Store,
  { account, key }: { account: string; key: string },
): Promise<boolean> {
  // A tombstone counts as gone, because it may go between this statement and the next.
  const rows = await rowsOf(
    store,
    sql`select 1 where idempotency_outlived(${key}::uuid) and not exists (
          select 1 from idempotency_keys where account = ${account} and key = ${key} and state <> 'expired')`,
  );
  return rows.length > 0;
}

/** Infinity, which is never old, for a version that has no time in it. */
function bornAtMs(key: string): number {
  if (key[14] !== "7") return Number.POSITIVE_INFINITY;
  return Number.parseInt(key.slice(0, 8) + key.slice(9, 13), 16);
}
