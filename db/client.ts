import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import {
  type DatabaseTimings,
  driverOptions,
  type SessionOptions,
} from "./driver/driver-options.ts";
import { limitClient } from "./driver/limit-client.ts";
import { listen } from "./driver/listen.ts";
import { createPoolSemaphore } from "./driver/pool-semaphore.ts";
import { createTransactionGuard } from "./driver/transaction-guard.ts";
import { withConnection } from "./driver/with-connection.ts";

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`; `sslmode`, `sslrootcert` and `?host=/socket/folder` as in libpq. */
  url: string;
  /** Connections, and requests inside the driver; a transaction is one request for its whole life. */
  max: number;
  timings: DatabaseTimings;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  /** Requests that may wait for a slot. */
  queueMax?: number;
  /** How long they may wait. */
  queueMs?: number;
  /** False behind a pooler in transaction mode: no named statements, and the time-outs must be set on the role. */
  prepare?: boolean;
}

type OpenDriver = (
  url: string,
  options: ReturnType<typeof driverOptions>["options"] & { max: number; onclose(id: number): void },
) => postgres.Sql;

/** For the conformance tests only: they take one defence out and must see the damage. */
export interface KnownBad {
  driver?: OpenDriver;
  guard?: boolean;
}

export type Database = PostgresJsDatabase<Record<string, never>>;

export interface OpenDatabase {
  db: Database;
  /** The same pool without Drizzle. Time stamps arrive as text here too, JSON parameters must be text. */
  sql: postgres.Sql;
  /** Runs statements on one connection of its own, outside the pool and its limits: for tests and preflight. */
  withConnection<T>(run: (sql: postgres.Sql) => Promise<T>): Promise<T>;
  /** A hint that something happened, over a connection of its own; gives how to stop. See db/driver/listen.ts. */
  listen(channel: string, onNotify: (payload: string) => void): () => Promise<void>;
  /** Waits for what is running, at most 5 s, then ends every connection. */
  close(): Promise<void>;
}

const closeSeconds = 5;
const openPostgres: OpenDriver = (url, options) => postgres(url, options);

/**
 * A pool that keeps its word when Postgres or the network does not: what a transaction does is undone or nothing, never
 * done elsewhere; no request hangs; it heals by itself. Connects on first use.
 *
 * Beside what Postgres answers (SQLSTATE) a request is rejected with, looked up through `errorCode(err)`:
 * - `POOL_BUSY`: all connections were in use for `queueMs`, or `queueMax` waited already. Nothing was sent.
 * - `POOL_INSIDE_TRANSACTION`: a mistake in the caller. Nothing was sent.
 * - `ECONNREFUSED`, `CONNECT_TIMEOUT`, `57P03`: no connection. Nothing was sent.
 * - `ETIMEDOUT`, `CONNECTION_CLOSED`, `ECONNRESET`, `57P01` …: the connection died. It may have been done.
 */
export function openDatabase(options: DatabaseOptions, knownBad: KnownBad = {}): OpenDatabase {
  const { max, queueMax = 200, queueMs = 1_000, prepare = true } = options;
  const session: SessionOptions = { ...options, prepare };
  const { url, options: shared } = driverOptions(session);
  const { driver = openPostgres, guard: guarded = true } = knownBad;

  const guard = createTransactionGuard();
  const raw = driver(url, { ...shared, max, onclose: guard.onclose });
  const guardedBegin = guard.watch(raw);
  const sql = limitClient(raw, {
    semaphore: createPoolSemaphore({ max, queueMax, queueMs }),
    prepare,
    begin: guarded ? guardedBegin : (how, run) => raw.begin(how, run),
  });
  return {
    db: drizzle(sql),
    sql,
    withConnection: (run) => withConnection(session, run),
    listen: (channel, onNotify) => listen(session, channel, onNotify),
    close: () => raw.end({ timeout: closeSeconds }),
  };
}
