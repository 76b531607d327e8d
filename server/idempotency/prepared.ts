import { entityKind, type SQL } from "drizzle-orm";
import type { Store } from "./store.ts";

const NAME = "prepared";

/**
 * The same database, whose statements are prepared, for `store` of this package. Over postgres.js Drizzle asks for no
 * prepared statement: two ways to Postgres and back each time, and a plan made anew. That is half of what a payment costs.
 *
 * Yours to choose, because it changes how the driver behaves. It keeps a prepared statement for as long as its
 * connection lives, one for each different text; it sends a statement behind another that is still running, where all
 * connections are in use, so set `lock_timeout` and `statement_timeout`; and a pooler in transaction mode wants a client that
 * was opened with `prepare: false`, which still has the last word.
 * @throws {TypeError} over another driver
 */
export function prepared<S extends Store>(db: S): S {
  if (Reflect.get(db._.session.constructor, entityKind) !== "PostgresJsSession")
    throw new TypeError("prepared() is for Drizzle over postgres.js; give this database as it is");
  const dialect: unknown = Reflect.get(db, "dialect");
  const execute = (statement: SQL | string) =>
    // Text alone may be several statements, and no two of them are prepared as one.
    typeof statement === "string"
      ? db.execute(statement)
      : db._.session.prepareQuery(textOf(dialect, statement), undefined, NAME, false).execute();
  const transaction: Store["transaction"] = (run, config) =>
    db.transaction(async (tx) => {
      prepareAll(tx);
      return await run(tx);
    }, config);
  return new Proxy(db, {
    get(target, name) {
      if (name === "execute") return execute;
      if (name === "transaction") return transaction;
      return Reflect.get(target, name, target);
    },
  });
}

/** Whatever is asked of this one transaction, by whoever has it: its session ends with it. */
function prepareAll({ _: { session } }: Store): void {
  const prepare = session.prepareQuery.bind(session);
  session.prepareQuery = (query, fields, name, ...rest) =>
    prepare(query, fields, name ?? NAME, ...rest);
}

interface Dialect {
  sqlToQuery(statement: SQL): { sql: string; params: unknown[] };
}

/** By the database's own dialect, which knows how its columns are spelt. */
function textOf(dialect: unknown, statement: SQL) {
  return (dialect as Dialect).sqlToQuery(statement.getSQL());
}
