import { readFile } from "node:fs/promises";
import postgres from "postgres";

/** int8 arrives as a number: `seq` and `created` stay far below 2^53. */
const integers = { int8: { to: 20, from: [20], parse: Number, serialize: String } };

const SESSION = {
  statement_timeout: 2_000,
  lock_timeout: 1_000,
  idle_in_transaction_session_timeout: 2_000,
  // The journal is the witness of every experiment: it is durable even where the app's own tables are not.
  synchronous_commit: "on",
};

export interface DatabaseOptions {
  databaseUrl: string;
  /** False behind a pooler in transaction mode, which takes no settings of a session: they are for its role to have. */
  prepare?: boolean;
}

function connect({ databaseUrl, prepare = true }: DatabaseOptions) {
  return postgres(databaseUrl, {
    max: 8,
    prepare,
    // With the types fetched, a backend that dies throws errors nobody can catch.
    fetch_types: false,
    connect_timeout: 2,
    // The default grows to 20 s: after a restart of Postgres the bank has to answer again within two.
    backoff: () => 0.1,
    onnotice: () => {},
    types: integers,
    connection: {
      application_name: "payonce-bank",
      ...(prepare && SESSION),
    },
  });
}

export type BankSql = ReturnType<typeof connect>;

export interface Database {
  /** Runs SQL under a deadline. Every failure is thrown; after one nobody may assume that nothing was written. */
  run<T>(work: (sql: BankSql) => PromiseLike<T>, deadlineMs?: number): Promise<T>;
  close(): Promise<void>;
}

/** Above `statement_timeout`: only a Postgres that has stopped talking gets this far. */
const DEADLINE_MS = 3_000;
/** The first start over a large database makes an index of it. */
const SCHEMA_DEADLINE_MS = 60_000;

/**
 * The bank's pool. The driver has no read deadline, so a peer that falls silent would hang a connection for ever:
 * whoever meets the deadline throws the whole pool away and the next caller finds a fresh one.
 */
export function openDatabase(options: DatabaseOptions): Database {
  let sql = connect(options);

  async function run<T>(
    work: (sql: BankSql) => PromiseLike<T>,
    deadlineMs = DEADLINE_MS,
  ): Promise<T> {
    const mine = sql;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (sql === mine) {
          sql = connect(options);
          void mine.end({ timeout: 0 }).catch(() => {});
        }
        reject(new Error(`the database said nothing for ${deadlineMs} ms`));
      }, deadlineMs);
    });
    try {
      return await Promise.race([work(mine), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  return { run, close: () => sql.end({ timeout: 2 }) };
}

/**
 * Applies `schema.sql`, waiting up to `patienceMs` for a Postgres that is still starting.
 * Throws the last error when time is up, and at once what waiting cannot mend: no schema, no right, no such role.
 */
export async function applySchema(database: Database, patienceMs = 30_000): Promise<void> {
  const schema = await readFile(new URL("./schema.sql", import.meta.url), "utf8");
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      await database.run((sql) => sql.unsafe(schema), SCHEMA_DEADLINE_MS);
      return;
    } catch (error) {
      if (Date.now() > giveUpAt || !waitingHelps(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Anything but a definite answer of Postgres; of those, starting up, out of room, and lost to somebody's lock. */
function waitingHelps(error: unknown): boolean {
  if (!(error instanceof postgres.PostgresError)) return true;
  return ["08", "40", "53", "55", "57"].includes(error.code.slice(0, 2));
}
