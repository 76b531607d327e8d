import { randomUUID } from "node:crypto";
import { is, SQL, type SQLWrapper } from "drizzle-orm";
import { PgDeleteBase, PgInsertBase, type PgTable, PgUpdateBase } from "drizzle-orm/pg-core";
import { firstOf } from "./classify.ts";
import { UnwritableEffect } from "./errors.ts";
import { composed } from "./render.ts";
import { rowsOfRepeating, type Store } from "./store.ts";

/** An ordinary insert, update or delete of Drizzle that nobody has awaited: `db.insert(sales).values({ … })`. */
type Query = SQLWrapper & {
  readonly _: { readonly dialect: "pg"; readonly table: PgTable; readonly returning: unknown };
};

/**
 * What is written in the statement that writes the key, or not at all: an ordinary query, or a statement of your own that
 * selects from `done` (account, key, order_id, fence). All of them see the rows as they were before, and which of them comes
 * first is up to Postgres: none sees what another writes, and no two may change the same row.
 */
export type Effect = SQL | Query;

/**
 * `head`, which says $1 to $n itself, for `params`, makes `done`; each effect is a branch behind it. Gives a row where `done` has one.
 * A statement that selects from `done` writes nothing where it has none. An ordinary query knows nothing of it: with one the whole
 * fails there, for {@link isWritten} to see.
 * @throws {UnwritableEffect} a query that is no write, or two on one table of which Postgres might do only one
 */
export function withEffects(head: string, params: unknown[], effects: Effect[]): SQL {
  const queries = effects.filter((effect) => !is(effect, SQL));
  assertApart(queries);
  const branches = effects.flatMap((effect, at) => [`, effect_${at} as (`, effect, ")"]);
  return composed(params, head, ...branches, queries.length > 0 ? DONE_OR_FAIL : DONE);
}

/** Of two changes of one row in one statement Postgres does one, and says nothing. So where rows are changed, one query has the table. */
function assertApart(queries: Effect[]): void {
  const all = queries.map(tableAndKind);
  for (const { table, adds } of all)
    if (!adds && all.filter((other) => other.table === table).length > 1)
      throw new UnwritableEffect(
        `Two effects on ${table}, one of which is more than an insert: where they meet in one row, Postgres does only one of them. Make it one query, or give a function of a transaction`,
      );
}

function tableAndKind(query: Effect): { table: string; adds: boolean } {
  const adds = is(query, PgInsertBase);
  if (!adds && !is(query, PgUpdateBase) && !is(query, PgDeleteBase))
    throw new UnwritableEffect(
      "An effect is an insert, an update or a delete, or sql`…` that selects from done",
    );
  // Where Drizzle keeps it; `_` is there for the compiler alone.
  const config: { table: PgTable; onConflict?: unknown; withList?: unknown[] } = Reflect.get(
    query,
    "config",
  );
  if (config.withList?.length)
    throw new UnwritableEffect(
      "An effect has no `with` of its own: give a function of a transaction",
    );
  // Not the alias that a query may give it.
  const [schema, name] = ["drizzle:Schema", "drizzle:OriginalName"].map((of) =>
    Reflect.get(config.table, Symbol.for(of)),
  );
  const table = schema === undefined ? String(name) : `${schema}.${name}`;
  return { table, adds: adds && config.onConflict === undefined };
}

// With something that no request can have in it: a text that is no number is told by the same code.
const NOT_MINE = `idempotency: the key is not mine to write under, so nothing is written (${randomUUID().slice(0, 8)})`;
const DONE = " select fence from done";
// No function of ours, so that a schema of yesterday knows it; and no unique violation, whose text has the whole key in it.
const DONE_OR_FAIL = ` select coalesce(max(fence)::text, '${NOT_MINE}')::integer as fence from done`;

/** False: `done` of {@link withEffects} was empty, and nothing is written. For one autocommit statement. */
export async function isWritten(store: Store, statement: SQL): Promise<boolean> {
  try {
    const rows = await rowsOfRepeating(store, statement);
    return rows.length > 0;
  } catch (error) {
    if (isNotMine(error)) return false;
    throw error;
  }
}

/** By what Postgres itself says: Drizzle's error has the statement's text in it, and with it these words. */
function isNotMine(error: unknown): boolean {
  const message = firstOf(error, (level) => {
    const [code, text] = [Reflect.get(level, "code"), Reflect.get(level, "message")];
    return code === "22P02" && typeof text === "string" ? text : undefined;
  });
  return message?.includes(NOT_MINE) === true;
}
