import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Database } from "../../db/client.ts";

const dialect = new PgDialect();

/** Replaces one piece of a statement; undefined when the statement is another one. */
export type Rewrite = (text: string) => string | undefined;

/**
 * The store, with one defence taken out of the SQL on its way to Postgres. `rewritten` counts, so that a variant
 * whose text is no longer found is noticed instead of being as sound as the original.
 */
export function rewritingStore<Store extends Pick<Database, "execute">>(
  db: Store,
  rewrite: Rewrite,
) {
  const counted = { sent: 0, rewritten: 0 };
  const execute = (statement: SQL | string) => {
    counted.sent += 1;
    if (typeof statement === "string") return db.execute(statement);
    const { sql: text, params } = dialect.sqlToQuery(statement);
    const changed = rewrite(text);
    if (changed === undefined) return db.execute(statement);
    counted.rewritten += 1;
    return db.execute(rebuilt(changed, params));
  };
  const store = new Proxy(db, {
    get: (target, name) => (name === "execute" ? execute : Reflect.get(target, name, target)),
  });
  return { store, counted };
}

/** A statement as Postgres gets it. */
export function textOf(statement: SQL | string): string {
  return typeof statement === "string" ? statement : dialect.sqlToQuery(statement).sql;
}

/** `$1`, `$2` … back into a statement: those that the change left out are not sent. */
function rebuilt(text: string, params: unknown[]): SQL {
  const parts = text
    .split(/\$(\d+)/)
    .map((part, at) => (at % 2 === 0 ? sql.raw(part) : sql`${params[Number(part) - 1]}`));
  return sql.join(parts);
}

/** The statement that has `sign` in it, with every `from` replaced. */
export function replacing(sign: string, ...pairs: [from: RegExp, to: string][]): Rewrite {
  return (text) => {
    if (!text.includes(sign)) return undefined;
    return pairs.reduce((changed, [from, to]) => {
      if (!from.test(changed)) throw new Error(`Nothing like ${from} in: ${changed}`);
      return changed.replace(from, to);
    }, text);
  };
}
