import { sql } from "drizzle-orm";
import { type Intent, type SeenRow, sameKey } from "./core/key-row.ts";
import { IdempotencyError } from "./errors.ts";
import { canonicalJson } from "./fingerprint.ts";
import { rowsOf, type Store } from "./store.ts";

/** How a recorded input reads today: by the schema that has read the request, defaults and all. Throws where it does not. */
export type ReadsInput = (recorded: unknown) => unknown;

/**
 * A deploy that gives the input one more member with a default makes another fingerprint of every request. So where two
 * differ, the recorded input is read as the request was: if it says the same, it is the same request, and the row is told
 * under today's fingerprint. Costs nothing where they are equal.
 * @throws {IdempotencyError} OUTCOME_UNKNOWN where what another version has accepted cannot be read, by this one or at all: it
 *   must not say that nothing ran
 */
export async function asReadToday(
  store: Store,
  intent: Intent,
  seen: SeenRow,
  reads: ReadsInput | undefined,
): Promise<SeenRow> {
  if (!reads || seen.procedure !== intent.procedure || seen.fingerprint === intent.fingerprint)
    return seen;
  const expired = { ...seen, state: "expired", answer: null, fingerprint: intent.fingerprint };
  // Its input is not kept any more. That the key is too old is true of either request; that nothing ran may not be.
  if (seen.state === "expired") return expired;
  let recorded: string;
  try {
    const [row] = await rowsOf(
      store,
      sql`select input, state from idempotency_keys where ${sameKey(intent)}`,
    );
    if (row?.["state"] === "expired") return expired;
    recorded = canonicalJson(reads(JSON.parse(String(row?.["input"]))));
  } catch (cause) {
    // One that refuses what it gave a moment ago says nothing of what is recorded: the fingerprints differ, and they decide.
    if (!isRead(reads, intent.input)) return seen;
    // Given up and nothing taken: that is true of it, whichever request it was.
    if (seen.state === "voided") return { ...seen, fingerprint: intent.fingerprint };
    throw new IdempotencyError("OUTCOME_UNKNOWN", {
      cause,
      attempt: seen.fence,
      retryAfterMs: 15_000,
    });
  }
  return recorded === intent.input ? { ...seen, fingerprint: intent.fingerprint } : seen;
}

function isRead(reads: ReadsInput, input: string): boolean {
  try {
    reads(JSON.parse(input));
    return true;
  } catch {
    return false;
  }
}
