import { sql } from "drizzle-orm";
import { takeOverForReview } from "./core/take-over.ts";
import { NeedsReview } from "./errors.ts";
import { rowsOf, type Store } from "./store.ts";

export interface Abandoned {
  account: string;
  key: string;
  procedure: string;
  /** The accepted input, as the first attempt's caller sent it. */
  input: unknown;
}

export interface Rounds {
  atMost?: number;
  /** Which operations this worker knows; the others are left to whoever does. Default: all. */
  procedures?: readonly string[];
  /**
   * Of these, one whose holder died is left for half a lease more: somebody who looks on and resumes it by hand, or a
   * client that waits for it, should come first.
   */
  patientWith?: readonly string[];
}

/** A worker of an older deploy may meet an input that it cannot read yet. So old, it is nobody's any more. */
const REVIEW_AFTER_MINUTES = 10;

/**
 * Finds attempts whose lease is over and hands each to `resume`, which runs the same operation without a
 * client: it claims like anybody, so any number of workers may do this at once. An attempt that ended unknown
 * waits 0.5 s to 5 s longer each time, so that a provider that is down is not stormed. Where `resume` throws
 * {@link NeedsReview} before it claims, the intent waits for a person instead of being found again for ever.
 * @returns how many were handed on
 */
export async function resumeAbandoned(
  store: Store,
  resume: (abandoned: Abandoned) => Promise<unknown>,
  { atMost = 20, procedures, patientWith = [] }: Rounds = {},
): Promise<number> {
  const known =
    procedures &&
    sql`and procedure in (select json_array_elements_text(${JSON.stringify(procedures)}::json))`;
  const rows = await rowsOf(
    store,
    sql`select account, key, procedure, input, fence from idempotency_keys
         where state in ('in_progress', 'unknown') and lease_until <= (select clock_timestamp())
           and (state = 'in_progress'
                or lease_until + least(interval '5 seconds', interval '0.25 second' * power(2, least(fence, 10))) <= clock_timestamp())
           and (state <> 'in_progress' or procedure not in (select json_array_elements_text(${JSON.stringify(patientWith)}::json))
                or lease_until + (lease_until - updated_at) / 2 <= clock_timestamp())
           ${known ?? sql``}
         order by lease_until limit ${atMost}`,
  );
  await Promise.allSettled(
    rows.map(async (row) => {
      try {
        await resume({
          account: String(row["account"]),
          key: String(row["key"]),
          procedure: String(row["procedure"]),
          input: JSON.parse(String(row["input"])),
        });
      } catch (error) {
        if (error instanceof NeedsReview)
          await takeOverForReview(store, row, error.message, REVIEW_AFTER_MINUTES);
      }
    }),
  );
  return rows.length;
}
