import { AsyncLocalStorage } from "node:async_hooks";
import type postgres from "postgres";
import { type DriverQuery, onSettled } from "./driver-query.ts";
import type { PoolSemaphore } from "./pool-semaphore.ts";
import { type Begin, proxyClient, savepoint } from "./proxy-client.ts";

/** A transaction's callback asked the pool for another connection: with `max` of those the pool stops for ever. */
export class PoolInsideTransaction extends Error {
  readonly code = "POOL_INSIDE_TRANSACTION";
  constructor() {
    super("This runs inside a transaction: use its `tx`, not the pool. Nothing was sent.");
    this.name = "PoolInsideTransaction";
  }
}

interface Limits {
  semaphore: PoolSemaphore;
  prepare: boolean;
  begin: Begin;
}

/**
 * The pool as the application sees it: each statement and each transaction takes one slot of the semaphore, statements of
 * a transaction take none, and the pool is refused to whoever holds a transaction of it already. Four of five nested
 * uses passed on a pool of five; the fifth stopped it for ever.
 */
export function limitClient(raw: postgres.Sql, limits: Limits): postgres.Sql {
  const { semaphore, begin } = limits;
  // One token for each transaction. Work that it left behind may use the pool again once it has ended.
  const transactions = new AsyncLocalStorage<{ open: boolean }>();
  // Drizzle asks for `prepare: false`, always: two round trips for each parametrised statement instead of one.
  const unsafeOptions = { prepare: limits.prepare };

  function query(query: DriverQuery, send: () => void): void {
    if (transactions.getStore()?.open) return query.reject(new PoolInsideTransaction());
    const sendWith = (leave: () => void) => {
      if (query.cancelled) return leave();
      onSettled(query, leave);
      try {
        send();
      } catch (err) {
        query.reject(err);
      }
    };
    const leave = semaphore.enterNow();
    if (leave) return sendWith(leave);
    semaphore.enter().then(sendWith, (busy: unknown) => query.reject(busy));
  }

  function inTransaction(tx: postgres.TransactionSql): postgres.TransactionSql {
    return proxyClient(tx, {
      unsafeOptions,
      query: (_query, send) => send(),
      savepoint: (name, run) => savepoint(tx, name, (inner) => run(inTransaction(inner))),
    });
  }

  return proxyClient(raw, {
    unsafeOptions,
    query,
    async begin(options, run) {
      if (transactions.getStore()?.open) throw new PoolInsideTransaction();
      const leave = await semaphore.enter();
      const token = { open: true };
      try {
        return await begin(options, (tx) => transactions.run(token, () => run(inTransaction(tx))));
      } finally {
        token.open = false;
        leave();
      }
    },
  });
}
