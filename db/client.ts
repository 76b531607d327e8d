import { AsyncLocalStorage } from "node:async_hooks";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { onSettled, type DriverQuery } from "./driver-query.ts";
import { createPoolSemaphore, type PoolSemaphore } from "./pool-semaphore.ts";
import { proxyClient } from "./proxy-client.ts";
import { createTransactionGuard } from "./transaction-guard.ts";

/** All in milliseconds, and each below the next: lock < statement < socket. */
export interface DatabaseTimings {
  lockMs: number;
  statementMs: number;
  socketMs: number;
  idleInTransactionMs: number;
}

export interface DatabaseOptions {
  url: string;
  /** Connections, and requests inside the driver; a transaction is one request for its whole life. */
  max: number;
  timings: DatabaseTimings;
  applicationName: string;
  /** Requests that may wait for a slot, and for how long. */
  queueMax?: number;
  queueMs?: number;
  /** False behind a pooler in transaction mode. */
  prepare?: boolean;
}

export type Database = PostgresJsDatabase<Record<string, never>>;

export interface OpenDatabase {
  db: Database;
  sql: postgres.Sql;
  /** Waits for what is running, at most 5 s, then ends every connection. */
  close(): Promise<void>;
}

/** A transaction's callback asked the pool for another connection: with `max` of those the pool stops for ever. */
export class PoolInsideTransaction extends Error {
  readonly code = "POOL_INSIDE_TRANSACTION";
  constructor() {
    super("This runs inside a transaction: use its `tx`, not the pool. Nothing was sent.");
    this.name = "PoolInsideTransaction";
  }
}

const reconnectSeconds = 0.05;
const connectSeconds = 2;
const closeSeconds = 5;

export function openDatabase(options: DatabaseOptions): OpenDatabase {
  const { max, queueMax = 200, queueMs = 1_000, prepare = true } = options;
  const guard = createTransactionGuard(() => raw);
  const raw: postgres.Sql = postgres(options.url, {
    max,
    prepare,
    // Looking the types up costs a query on each connection, and its failure is thrown where nothing catches it.
    fetch_types: false,
    connect_timeout: connectSeconds,
    backoff: () => reconnectSeconds,
    onclose: guard.onclose,
    onnotice: () => {},
    connection: sessionSettings(options),
  });
  const semaphore = createPoolSemaphore({ max, queueMax, queueMs });
  const sql = limitClient(raw, { semaphore, prepare, begin: guard.begin });
  return { db: drizzle(sql), sql, close: () => raw.end({ timeout: closeSeconds }) };
}

function sessionSettings({ timings, applicationName }: DatabaseOptions) {
  return {
    application_name: applicationName,
    lock_timeout: timings.lockMs,
    statement_timeout: timings.statementMs,
    idle_in_transaction_session_timeout: timings.idleInTransactionMs,
  };
}

type Begin = (options: string, run: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>;

function limitClient(
  raw: postgres.Sql,
  { semaphore, prepare, begin }: { semaphore: PoolSemaphore; prepare: boolean; begin: Begin },
): postgres.Sql {
  const transactions = new AsyncLocalStorage<{ open: boolean }>();
  const unsafeOptions = { prepare };

  function query(query: DriverQuery, send: () => void): void {
    if (transactions.getStore()?.open) return query.reject(new PoolInsideTransaction());
    semaphore.enter().then(
      (leave) => {
        if (query.cancelled) return leave();
        onSettled(query, leave);
        send();
      },
      (busy: unknown) => query.reject(busy),
    );
  }

  return proxyClient(raw, {
    query,
    unsafeOptions,
    async begin(options, run) {
      if (transactions.getStore()?.open) throw new PoolInsideTransaction();
      const leave = await semaphore.enter();
      const transaction = { open: true };
      try {
        return await begin(options, (tx) => transactions.run(transaction, () => run(prepared(tx))));
      } finally {
        transaction.open = false;
        leave();
      }
    },
  });

  function prepared(tx: postgres.TransactionSql): postgres.TransactionSql {
    return proxyClient(tx, {
      unsafeOptions,
      query: (_query, send) => send(),
      savepoint(name, run) {
        const body = (inner: postgres.TransactionSql) => run(prepared(inner));
        const outcome: Promise<unknown> =
          name === undefined ? tx.savepoint(body) : tx.savepoint(name, body);
        return outcome;
      },
    });
  }
}
