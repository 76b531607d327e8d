import { readFile } from "node:fs/promises";
import postgres from "postgres";

export type SuppliersSql = postgres.Sql;

/** Short limits: whoever asks has a deadline of its own, and asks again. */
const SESSION = {
  statement_timeout: 3_000,
  lock_timeout: 2_000,
  // The journal is the witness of every experiment: it is durable whatever the app's own tables are.
  synchronous_commit: "on",
};

export interface DatabaseOptions {
  databaseUrl: string;
  /** False behind a pooler in transaction mode, which takes no settings of a session: they are for its role to have. */
  prepare?: boolean;
}

export function openDatabase({ databaseUrl, prepare = true }: DatabaseOptions): SuppliersSql {
  return postgres(databaseUrl, {
    max: 4,
    prepare,
    // With the types fetched, a backend that dies throws errors nobody can catch.
    fetch_types: false,
    connect_timeout: 2,
    // The default grows to 20 s: after a restart of Postgres the desks have to answer again within two.
    backoff: () => 0.1,
    onnotice: () => {},
    connection: {
      application_name: "payonce-suppliers",
      ...(prepare && SESSION),
    },
  });
}

/** Applies `schema.sql`, waiting half a minute for a Postgres that is still starting. Throws the last error. */
export async function applySchema(sql: SuppliersSql, patienceMs = 30_000): Promise<void> {
  const schema = await readFile(new URL("./schema.sql", import.meta.url), "utf8");
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      await sql.unsafe(schema);
      return;
    } catch (error) {
      const final =
        error instanceof postgres.PostgresError && !/^(08|40|53|55|57|XX)/.test(error.code);
      if (final || Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
