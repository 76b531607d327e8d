import type postgres from "postgres";
import { beforeReject, type DriverQuery } from "./driver-query.ts";
import { isConnectionError } from "./is-connection-error.ts";
import { proxyClient } from "./proxy-client.ts";

/** One `begin`, from its BEGIN to its end. Dead means: its backend is gone, and with it everything it did. */
export interface GuardedTransaction {
  dead: boolean;
  connectionId: number | undefined;
}

export interface TransactionGuard {
  /** To be given to the driver as its `onclose`: it is called in the same turn in which a connection dies. */
  onclose(connectionId: number): void;
  begin(options: string, run: TransactionBody): Promise<unknown>;
}

type TransactionBody = (tx: postgres.TransactionSql) => unknown;

/**
 * Makes `begin` safe when a backend dies (porsager/postgres#1215, #1216, #1155).
 *
 * The driver rejects `begin` then, but the callback goes on, and its later statements are sent on whatever connection
 * comes next: outside any transaction, or inside a stranger's. Its late COMMIT committed a transaction that had asked
 * for ROLLBACK. So, once a transaction is dead, nothing of it reaches the wire: not its next statement, not a
 * savepoint, and not the driver's own COMMIT or ROLLBACK, which follow when the callback settles. All of them
 * wait for ever instead, the callback with them; `begin` has rejected already, and the caller goes by that.
 *
 * The mark is set synchronously, in the turn in which the connection closes or a statement is rejected, because the
 * callback's continuation can be ahead of `begin`'s rejection in the microtask queue.
 */
export function createTransactionGuard(raw: () => postgres.Sql): TransactionGuard {
  const live = new Set<GuardedTransaction>();
  let starting: GuardedTransaction | undefined;
  let watched: postgres.Sql | undefined;

  /** The driver tells nobody which connection a transaction got, save the `onexecute` of its own BEGIN. */
  function watchBegin(client: postgres.Sql): void {
    if (watched === client) return;
    watched = client;
    const unsafe: UnsafeCall = client.unsafe;
    const watchingUnsafe: UnsafeCall = (text, args, options) => {
      const transaction = starting;
      const onexecute = options && "onexecute" in options ? options.onexecute : undefined;
      if (transaction === undefined || typeof onexecute !== "function") {
        return unsafe(text, args, options);
      }
      return unsafe(text, args, {
        ...options,
        onexecute(connection: { id: number }) {
          transaction.connectionId = connection.id;
          onexecute(connection);
        },
      });
    };
    Object.assign(client, { unsafe: watchingUnsafe });
  }

  return {
    onclose(connectionId) {
      for (const transaction of live) {
        if (transaction.connectionId === connectionId) transaction.dead = true;
      }
    },
    async begin(options, run) {
      const client = raw();
      watchBegin(client);
      const transaction: GuardedTransaction = { dead: false, connectionId: undefined };
      live.add(transaction);
      starting = transaction;
      // `begin` builds its BEGIN before its first await: `starting` is read within this call or not at all.
      const outcome = client.begin(options, (tx) => guardBody(transaction, tx, run));
      starting = undefined;
      try {
        return await outcome;
      } finally {
        transaction.dead = true;
        live.delete(transaction);
      }
    },
  };
}

type UnsafeCall = (text: string, args?: never[], options?: object) => postgres.PendingQuery<never>;

/** Runs a callback (of `begin` or of a savepoint) whose end is not told to the driver once the transaction is dead. */
function guardBody(
  transaction: GuardedTransaction,
  tx: postgres.TransactionSql,
  run: TransactionBody,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const body = new Promise<unknown>((settle) => {
      settle(settleAll(run(guardClient(transaction, tx))));
    });
    body.then(
      (value) => transaction.dead || resolve(value),
      (reason: unknown) => transaction.dead || reject(reason),
    );
  });
}

/** The driver lets a callback return an array of queries, and awaits them all. */
function settleAll(value: unknown): unknown {
  return Array.isArray(value) ? Promise.all(value) : value;
}

function guardClient(
  transaction: GuardedTransaction,
  tx: postgres.TransactionSql,
): postgres.TransactionSql {
  return proxyClient(tx, {
    query(query: DriverQuery, send: () => void) {
      if (transaction.dead) return;
      beforeReject(query, (reason) => {
        if (isConnectionError(reason)) transaction.dead = true;
      });
      send();
    },
    savepoint(name, run) {
      if (transaction.dead) return forEver();
      const body = (inner: postgres.TransactionSql) => guardBody(transaction, inner, run);
      const outcome: Promise<unknown> =
        name === undefined ? tx.savepoint(body) : tx.savepoint(name, body);
      return outcome;
    },
  });
}

function forEver(): Promise<never> {
  return new Promise(() => {});
}
