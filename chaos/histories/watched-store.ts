import type { SQL } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { rewritingStore } from "../../server/test-kit/rewriting-store.ts";
import { bytesOf, NO_ROW } from "./books.ts";
import type { Task } from "./task.ts";

/** What a driver says when the way to Postgres breaks, whether or not the statement had arrived. */
function cutOff(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

/**
 * The store of one attempt. Each statement and each transaction is a place where the attempt can be held, die or be
 * cut off: before it, or after it, when it was done and nobody was told. Nobody is held within a transaction, for it
 * would hold its locks too.
 */
export function watchedStore(db: Database, task: Task): Database {
  const { variant } = task.world;
  const { rewrite } = variant;
  const inner = rewrite ? rewritingStore(db, rewrite).store : db;
  const execute = (statement: SQL) => held(task, () => inner.execute(statement));
  const transaction: Database["transaction"] = (run, config) =>
    held(task, (how) =>
      inner.transaction(async (tx) => {
        const result = await run(rewrite ? rewritingStore(tx, rewrite).store : tx);
        if (how === "throws") throw cutOff();
        return result;
      }, config),
    );
  const store = new Proxy(inner, {
    get(target, name) {
      if (name === "execute") return execute;
      if (name === "transaction") return transaction;
      return Reflect.get(target, name, target);
    },
  });
  return variant.store?.(store, task) ?? store;
}

async function held<T>(task: Task, run: (how: string) => Promise<T>): Promise<T> {
  const how = await task.actor.meet("statement");
  if (/cut off|throws/.test(how)) task.world.tally.add(`Postgres: an attempt ${how}`);
  if (how === "is cut off before it") throw cutOff();
  const { world, onAbandon } = task;
  const isOutdated = world.shape.again && world.prices > 1;
  world.witness.refusals.states(task, onAbandon === "void" || isOutdated);
  const result = await watched(task, () => run(how));
  if (how === "is cut off after it") throw cutOff();
  return result;
}

/** Who may not write is looked at before and after: a late attempt, a stale price, another request. */
async function watched<T>(task: Task, run: () => Promise<T>): Promise<T> {
  const { world, account, key, actor } = task;
  const property = world.mayNotWrite(task);
  if (property === undefined) return await run();
  const before = await bytesOf(world.owner, account, key);
  // The price is compared for a key that has no row. One whose claim was done and never told has one.
  if (property === "S13" && before !== NO_ROW) return await run();
  try {
    return await run();
  } finally {
    // A late attempt that has seen that it is late claims like anybody; until then it writes nothing.
    if (before !== (await bytesOf(world.owner, account, key)))
      world.witness.violates(property, `${actor.name} wrote, and may not any more`);
  }
}
