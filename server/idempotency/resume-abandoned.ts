import { sql } from "drizzle-orm";
import { rowsOf, type Store } from "./store.ts";

export interface Abandoned {
  account: string;
  key: string;
  procedure: string;
  /** The accepted input, as the first attempt's caller sent it. */
  input: unknown;
}

/**
 * Finds attempts whose lease is over and hands each to `resume`, which runs the same operation without a
 * client: it claims like anybody, so any number of workers may do this at once. An attempt that ended unknown
 * waits 0.5 s to 5 s longer each time, so that a provider that is down is not stormed.
 * @returns how many were handed on
 */
export async function resumeAbandoned(
  store: Store,
  resume: (abandoned: Abandoned) => Promise<unknown>,
  atMost = 20,
): Promise<number> {
  const rows = await rowsOf(
    store,
    sql`select account, key, procedure, input from idempotency_keys
         where state in ('in_progress', 'unknown') and lease_until <= clock_timestamp()
           and (state = 'in_progress'
                or lease_until + least(interval '5 seconds', interval '0.25 second' * power(2, least(fence, 10))) <= clock_timestamp())
         order by lease_until limit ${atMost}`,
  );
  await Promise.allSettled(
    rows.map((row) =>
      resume({
        account: String(row["account"]),
        key: String(row["key"]),
        procedure: String(row["procedure"]),
        input: JSON.parse(String(row["input"])),
      }),
    ),
  );
  return rows.length;
}
