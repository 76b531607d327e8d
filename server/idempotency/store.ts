import { sql, type SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { classify } from "./classify.ts";
import { render } from "./render.ts";

/** Any Drizzle database over Postgres, whatever its driver and its schema. Never a transaction of yours: what it undoes is told as done. */
// oxlint-disable-next-line typescript/no-explicit-any -- Drizzle's own constraint on this parameter
export type Store = PgDatabase<PgQueryResultHKT, any, any>;
type Runner = Pick<Store, "execute">;
export type Row = Record<string, unknown>;

const RUNS_MAX = 5;

/** Runs one statement and gives its rows, whichever of the two shapes the driver returns. */
export async function rowsOf(store: Runner, statement: SQL): Promise<Row[]> {
  const result: unknown = await store.execute(render(statement));
  if (Array.isArray(result)) return result;
  if (
    typeof result === "object" &&
    result !== null &&
    "rows" in result &&
    Array.isArray(result.rows)
  ) {
    return result.rows;
  }
  throw new TypeError("This Drizzle driver returns rows in a shape that the package does not know");
}

/**
 * Runs it again when Postgres says that it was undone for the sake of another (40001, 40P01, 55P03): at most 5 times,
 * 5 to 100 ms apart with full jitter, since without a pause five tries are over in 3 ms. For one autocommit statement,
 * or one whole transaction.
 */
export async function repeating<T>(work: () => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await work();
    } catch (error) {
      if (run === RUNS_MAX || classify(error) !== "run-again") throw error;
      await pause(5 + Math.random() * 95);
    }
  }
}

/** As {@link rowsOf}, {@link repeating}. For autocommit statements only. */
export function rowsOfRepeating(store: Runner, statement: SQL): Promise<Row[]> {
  return repeating(() => rowsOf(store, statement));
}

/** A column of times as text that any session reads back as the same time: the session's own form may name a zone that is read as another. */
export function timeAsText(column: string): SQL {
  return sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`);
}

/** A nullable text column. */
export function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
