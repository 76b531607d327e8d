import { readConnectionUrl } from "./connection-url.ts";
import { socketFactory } from "./socket.ts";

/** All in milliseconds, and each below the next: lock < statement < socket. */
export interface DatabaseTimings {
  /** Waiting for a lock. */
  lockMs: number;
  /** One statement, in Postgres. */
  statementMs: number;
  /** One request and its whole answer, as seen from here. */
  socketMs: number;
  /** A transaction that says nothing: at most the lease, else a hung attempt blocks every retry. */
  idleInTransactionMs: number;
}

export interface SessionOptions {
  url: string;
  applicationName: string;
  timings: DatabaseTimings;
  /** False behind a pooler in transaction mode (PgBouncer): see {@link driverOptions}. */
  prepare: boolean;
}

const connectMs = 2_000;
/** Short, so that the pool is back as soon as Postgres is; nothing spins, as only a waiting query connects. */
const reconnectMs = 10;

/** How what is sent as text is to be read back. A pooler takes these two as well, and gives them to whatever session it lends. */
const TEXT = { DateStyle: "ISO", TimeZone: "UTC" };

/**
 * What the promise stands on, whatever a role or a database has for its default. Under REPEATABLE READ a statement that waited for
 * another does not see what that one wrote, and a refund was reserved twice; without a durable commit an answer could be forgotten
 * that was given. `default_transaction_read_only` is not among them: whoever has set it means it (`db/session-needs.ts` says so).
 */
const PROMISE = {
  default_transaction_isolation: "read committed",
  synchronous_commit: "on",
} as const;

/**
 * How we use postgres.js, whatever for. Session settings travel in the start-up message and cost no round trip.
 * A pooler in transaction mode refuses them there and lends its sessions to everybody: with `prepare: false` they are
 * left out, and have to be set on the role (`alter role … set statement_timeout`; decision 0041 lists them).
 */
export function driverOptions({ url: text, applicationName, timings, prepare }: SessionOptions) {
  const { url, socketFolder, tls } = readConnectionUrl(text);
  const options = {
    prepare,
    // Reading the types costs a query on each connection, and its failure is thrown where nothing can catch it.
    fetch_types: false,
    // Ours to do, see openTlsSocket.
    ssl: false,
    socket: socketFactory({ socketMs: timings.socketMs, connectMs, tls }),
    connect_timeout: connectMs / 1_000,
    backoff: () => reconnectMs / 1_000,
    // A notice is not for the console of whoever happens to run the statement.
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      ...TEXT,
      ...(prepare && {
        ...PROMISE,
        lock_timeout: timings.lockMs,
        statement_timeout: timings.statementMs,
        idle_in_transaction_session_timeout: timings.idleInTransactionMs,
      }),
    },
    ...(socketFolder !== undefined && { host: socketFolder }),
  };
  return { url, options };
}
