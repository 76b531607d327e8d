import { sql } from "drizzle-orm";
import { rowsOf, type Store, timeAsText } from "./store.ts";

export interface Retention {
  /** Hours from its commit on for which an operation's answer is given again; 72 for a procedure that is not named. */
  windowHours?: Readonly<Record<string, number>>;
  /** Rows of one statement. 500 take some 20 ms, and nobody who asks for an answer waits for them. */
  batchMax?: number;
  /** Statements of one call for each procedure, so that a backlog does not keep the worker from anything else. */
  batchesMax?: number;
}

const WINDOW_HOURS = 72;

/**
 * Ends answers whose window is over: their steps go, their rows become tombstones, and their keys are refused with
 * `KEY_EXPIRED`. Only completed and voided rows, whatever the age of the others. Any number of workers may do this.
 * @returns how many keys have ended
 */
export async function reap(
  store: Store,
  { windowHours = {}, batchMax = 500, batchesMax = 20 }: Retention = {},
): Promise<number> {
  let ended = 0;
  for (const procedure of await proceduresWithAnswers(store)) {
    const hours = windowHours[procedure] ?? WINDOW_HOURS;
    // From where the last batch ended: its index entries stay until vacuum, and would be walked over again.
    let beyond = "-infinity";
    for (let batch = 1, reaped = batchMax; reaped === batchMax && batch <= batchesMax; batch += 1) {
      const [row] = await rowsOf(
        store,
        sql`select reaped, ${timeAsText("up_to")} as up_to
              from idempotency_reap(${procedure}, ${hours}::float8, ${batchMax}::integer, ${beyond}::timestamptz)`,
      );
      reaped = Number(row?.["reaped"] ?? 0);
      beyond = String(row?.["up_to"] ?? beyond);
      ended += reaped;
    }
  }
  return ended;
}

/**
 * Removes the tombstones that are no longer needed: of version 7 keys that their own birth refuses by now, at least
 * 400 days old, and holding no order.
 * @returns how many
 */
export async function forget(store: Store, atMost = 500): Promise<number> {
  const [row] = await rowsOf(
    store,
    sql`select idempotency_forget(${atMost}::integer) as forgotten`,
  );
  return Number(row?.["forgotten"] ?? 0);
}

/** From one name to the next in the index: as many steps as there are operations, not as there are keys. */
async function proceduresWithAnswers(store: Store): Promise<string[]> {
  const rows = await rowsOf(
    store,
    sql`with recursive found as (
        (select procedure from idempotency_keys where state in ('completed', 'voided') order by procedure limit 1)
        union all
        select (select k.procedure from idempotency_keys k
                 where k.state in ('completed', 'voided') and k.procedure > found.procedure
                 order by k.procedure limit 1)
          from found where found.procedure is not null
      ) select procedure from found where procedure is not null`,
  );
  return rows.map((row) => String(row["procedure"]));
}
