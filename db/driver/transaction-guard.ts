import type postgres from "postgres";
import { beforeReject } from "./driver-query.ts";
import { isConnectionError } from "./is-connection-error.ts";
import { type Begin, proxyClient, savepoint, type TransactionBody } from "./proxy-client.ts";

/** One `begin`. Dead: its backend is gone, and with it everything that it did. Over: committed or rolled back. */
interface GuardedTransaction {
  state: "live" | "dead" | "over";
  connectionId: number | undefined;
}

/** A statement of a transaction that has ended already; its connection may be a stranger's by now. Nothing was sent. */
export class TransactionOver extends Error {
  readonly code = "TRANSACTION_OVER";
  constructor() {
    super(
      "This transaction has ended: await every statement inside its callback. Nothing was sent.",
    );
    this.name = "TransactionOver";
  }
}

export interface TransactionGuard {
  /** To be given to the driver as its `onclose`: called in the very turn in which a connection dies. */
  onclose(connectionId: number): void;
  /** The safe `begin` of this client. Call it once, before the client is used. */
  watch(client: postgres.Sql): Begin;
}

/**
 * Makes `begin` safe when a backend dies (porsager/postgres#1215, #1216, #1155).
 *
 * The driver rejects `begin` then, but the callback goes on, and its later statements are sent on whatever connection
 * comes next: outside any transaction, or inside a stranger's. Its late COMMIT committed a transaction that had asked
 * for ROLLBACK. So, once a transaction is dead, nothing of it reaches the wire: not its next statement, not a savepoint,
 * and not the driver's own COMMIT or ROLLBACK, which follow when the callback settles. All of them wait for ever
 * instead, and the callback with them; `begin` has rejected, and the caller goes by that.
 *
 * The mark is set synchronously, in the turn in which the connection closes or a statement is rejected: the callback's
 * continuation can be ahead of `begin`'s rejection in the microtask queue.
 */
export function createTransactionGuard(): TransactionGuard {
  const live = new Set<GuardedTransaction>();
  let starting: GuardedTransaction | undefined;

  return {
    onclose(connectionId) {
      for (const transaction of live) {
        if (transaction.connectionId === connectionId) transaction.state = "dead";
      }
    },
    watch(client) {
      onBegin(
        client,
        (connectionId, transaction) => {
          transaction.connectionId = connectionId;
        },
        () => starting,
      );
      return async (options, run) => {
        const transaction: GuardedTransaction = { state: "live", connectionId: undefined };
        live.add(transaction);
        starting = transaction;
        // The driver builds its BEGIN before its first await, so `starting` is read within this call or never.
        const outcome = client.begin(options, async (tx) => {
          try {
            return await guardBody(transaction, tx, run);
          } finally {
            // Before the driver's COMMIT: what is sent behind it runs by itself, outside any transaction.
            transaction.state = "over";
          }
        });
        starting = undefined;
        try {
          return await outcome;
        } catch (err) {
          if (isConnectionError(err)) transaction.state = "dead";
          throw err;
        } finally {
          live.delete(transaction);
        }
      };
    },
  };
}

type Unsafe = (text: string, args?: never[], options?: object) => postgres.PendingQuery<never>;

/**
 * The driver tells nobody which connection a transaction got, save the `onexecute` in the options of its own BEGIN, which
 * it makes by `sql.unsafe`. So that is where we listen.
 */
function onBegin<T extends object>(
  client: postgres.Sql,
  began: (connectionId: number, transaction: T) => void,
  starting: () => T | undefined,
): void {
  const unsafe: Unsafe = client.unsafe;
  const listening: Unsafe = (text, args, options) => {
    const transaction = starting();
    const onexecute = options && "onexecute" in options ? options.onexecute : undefined;
    if (transaction === undefined || typeof onexecute !== "function") {
      return unsafe(text, args, options);
    }
    return unsafe(text, args, {
      ...options,
      onexecute(connection: { id: number }) {
        began(connection.id, transaction);
        onexecute(connection);
      },
    });
  };
  Object.assign(client, { unsafe: listening });
}

/** Runs a callback (of `begin` or of a savepoint) whose end is kept from the driver once the transaction is dead. */
function guardBody(
  transaction: GuardedTransaction,
  tx: postgres.TransactionSql,
  run: TransactionBody,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    new Promise<unknown>((settle) => settle(allOf(run(guardClient(transaction, tx))))).then(
      (value) => transaction.state === "dead" || resolve(value),
      (reason: unknown) => transaction.state === "dead" || reject(reason),
    );
  });
}

/** The driver lets a callback return an array of queries, and awaits them all. */
function allOf(value: unknown): unknown {
  return Array.isArray(value) ? Promise.all(value) : value;
}

function guardClient(
  transaction: GuardedTransaction,
  tx: postgres.TransactionSql,
): postgres.TransactionSql {
  return proxyClient(tx, {
    query(query, send) {
      if (transaction.state === "dead") return;
      if (transaction.state === "over") return query.reject(new TransactionOver());
      beforeReject(query, (reason) => {
        if (isConnectionError(reason)) transaction.state = "dead";
      });
      send();
    },
    savepoint(name, run) {
      if (transaction.state === "dead") return new Promise(() => {});
      if (transaction.state === "over") return Promise.reject(new TransactionOver());
      return savepoint(tx, name, (inner) => guardBody(transaction, inner, run));
    },
  });
}
