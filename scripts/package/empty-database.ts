import { randomBytes } from "node:crypto";
import postgres from "postgres";

export interface EmptyDatabase {
  url: string;
  create(): Promise<unknown>;
  /** Runs a text of SQL, one connection a call; gives the rows of its last statement. */
  run(text: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** A database of nothing: nothing of this shop, nothing migrated. Named so that a killed run's is cleared away. */
export function emptyDatabase(adminUrl: string): EmptyDatabase {
  const name = `payonce_test_${Date.now().toString(36)}_${randomBytes(6).toString("hex")}`;
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const options = { max: 1, fetch_types: false, onnotice: () => {} };
  async function once<T>(address: string, work: (sql: postgres.Sql) => PromiseLike<T>): Promise<T> {
    const sql = postgres(address, options);
    try {
      return await work(sql);
    } finally {
      await sql.end();
    }
  }
  return {
    url: url.href,
    create: () => once(adminUrl, (sql) => sql.unsafe(`create database ${name}`)),
    run: (text) => once(url.href, async (sql) => [...(await sql.unsafe(text))]),
    async drop() {
      await once(adminUrl, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
  };
}
