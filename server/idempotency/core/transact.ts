import type { SQL } from "drizzle-orm";
import { repeating, rowsOf, type Store } from "../store.ts";

export type Transaction = Parameters<Parameters<Store["transaction"]>[0]>[0];
export type InTransaction = (tx: Transaction) => Promise<void>;

class NotMine extends Error {}

/**
 * `head` and an effect in one transaction: all of it or nothing. The effect is sent behind the head without waiting for
 * its answer, which saves a way to Postgres and back; where the head gives no row, it is rolled back. False: so it was. Whole, it is
 * run again where Postgres has undone it for the sake of another.
 */
export async function transact(store: Store, head: SQL, effect: InTransaction): Promise<boolean> {
  try {
    const whole = async (tx: Transaction) => {
      const [mine, written] = await Promise.allSettled([
        rowsOf(tx, head),
        Promise.resolve(tx).then(effect),
      ]);
      // The head's error is the first one; the effect's is then only that the transaction is aborted.
      if (mine.status === "rejected") throw mine.reason;
      if (mine.value.length === 0) throw new NotMine();
      if (written.status === "rejected") throw written.reason;
    };
    await repeating(() => store.transaction(whole));
    return true;
  } catch (error) {
    if (error instanceof NotMine) return false;
    throw error;
  }
}
