import { is, SQL, type SQLWrapper } from "drizzle-orm";
import { PgDeleteBase, PgInsertBase, PgUpdateBase } from "drizzle-orm/pg-core";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import { firstOf } from "./classify.ts";
import { composed } from "./render.ts";
import { rowsOfRepeating, type Store } from "./store.ts";

/**
 * What is written in the statement that writes the key, or not at all: an ordinary insert, update or delete of Drizzle that nobody
 * has awaited (`db.insert(sales).values({ … })`), or a statement of your own that selects from `done` (account, key,
 * order_id, fence). All of them see the rows as they were before: none sees what another writes, and no two may change
 * the same row.
 */
export type Effect = SQL | (SQLWrapper & RunnableQuery<unknown, "pg">);

/**
 * `head`, which says $1 to $n itself, for `params`, makes `done`; each effect is a branch behind it. Gives a row where `done` has one.
 * A statement that selects from `done` writes nothing where it has none. An ordinary query knows nothing of it: with one the whole
 * fails there, for {@link isWritten} to see.
 * @throws {TypeError} an effect that writes nothing
 */
export function withEffects(head: string, params: unknown[], effects: Effect[]): SQL {
  const ordinary = effects.filter((effect) => !is(effect, SQL));
  for (const effect of ordinary)
    if (![PgInsertBase, PgUpdateBase, PgDeleteBase].some((kind) => is(effect, kind)))
      throw new TypeError(
        "An effect is an insert, an update or a delete, or sql`…` that selects from done",
      );
  const branches = effects.flatMap((effect, at) => [`, effect_${at} as (`, effect, ")"]);
  return composed(params, head, ...branches, ordinary.length > 0 ? DONE_OR_FAIL : DONE);
}

const NOT_MINE = "idempotency: the key is not mine to write under, so nothing is written";
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
