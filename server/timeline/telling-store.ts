import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Database } from "../../db/client.ts";
import { noteStatement } from "./delivery.ts";

const SQL_CHARACTERS = 900;
const dialect = new PgDialect();

/**
 * The database, telling the timeline each statement that the attempt really sent and how many rows it gave, for
 * the lab's drawer. Values are left out: a statement is shown with its placeholders.
 */
export function tellingStore(db: Database): Database {
  const execute = (async (statement: SQL | string) => {
    const rows = await db.execute(statement);
    noteStatement(() => ({ sql: textOf(statement), rows: Number(rows.count ?? rows.length) }));
    return rows;
  }) as Database["execute"];
  return new Proxy(db, {
    get: (target, name) => (name === "execute" ? execute : Reflect.get(target, name, target)),
  });
}

function textOf(statement: SQL | string): string {
  const text = typeof statement === "string" ? statement : dialect.sqlToQuery(statement).sql;
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > SQL_CHARACTERS ? `${line.slice(0, SQL_CHARACTERS)} …` : line;
}
