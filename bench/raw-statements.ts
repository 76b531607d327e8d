import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import type { Store } from "../server/idempotency/index.ts";

interface Sent {
  text: string;
  params: unknown[];
}

/**
 * The statements that `run` sends for a key, sent for another by hand and in their order, through raw postgres.js: what
 * Postgres and the driver take of its time, which no work on the package can save. Gives the last one's rows.
 */
export async function rawStatements(
  store: Store,
  run: (store: Store, key: string) => Promise<unknown>,
): Promise<(raw: Pick<postgres.Sql, "unsafe">, key: string) => Promise<readonly unknown[]>> {
  const sample = uuidv7();
  const sent = await statementsOf(store, run, sample);
  return async (raw, key) => {
    let rows: readonly unknown[] = [];
    for (const { text, params } of sent) {
      const own = params.map((param) => (param === sample ? key : param));
      rows = await raw.unsafe(text, own as never[], { prepare: true });
    }
    return rows;
  };
}

async function statementsOf(
  store: Store,
  run: (store: Store, key: string) => Promise<unknown>,
  key: string,
): Promise<Sent[]> {
  const dialect = new PgDialect();
  const sent: Sent[] = [];
  const execute = (statement: SQL) => {
    const { sql: text, params } = dialect.sqlToQuery(statement);
    sent.push({ text, params });
    return store.execute(statement);
  };
  await run(
    new Proxy(store, {
      get: (target, name) => (name === "execute" ? execute : Reflect.get(target, name)),
    }),
    key,
  );
  return sent;
}
