import type { BankSql, Database } from "./database.ts";

export interface Pruning {
  keyLifeMs: number;
  /** How long each of the two tables may take, so that nothing else of the bank waits for long. */
  forMs?: number;
}

/** Rows of one statement: a hundred ms on a busy machine, far below the statement's limit of two seconds. */
const AT_ONCE = 1_000;
const FOR_MS = 10_000;

/**
 * Forgets answers whose key may be used again anyway, and events as old as those that Stripe forgets; deliveries go with
 * their events. Batch after batch until one comes back short. A failure is no matter: the next round tries again.
 */
export async function prune(database: Database, pruning: Pruning): Promise<void> {
  const { keyLifeMs, forMs = FOR_MS } = pruning;
  // now() and no clock_timestamp(): a volatile function is no index condition.
  const answers = (sql: BankSql) => sql`
    delete from bank.answers where ctid = any(array(
      select ctid from bank.answers where at < now() - ${keyLifeMs}::float8 * interval '1 millisecond'
      order by at limit ${AT_ONCE}::int))`;
  const events = (sql: BankSql) => sql`
    delete from bank.events where ctid = any(array(
      select ctid from bank.events where created < extract(epoch from now() - interval '30 days')::bigint
      order by created limit ${AT_ONCE}::int))`;
  for (const removing of [answers, events]) {
    const until = performance.now() + forMs;
    try {
      for (let removed = AT_ONCE; removed === AT_ONCE && performance.now() < until;)
        removed = (await database.run(removing)).count;
    } catch (error) {
      console.error(
        `bank: old rows stay until the next round: ${error instanceof Error ? error.name : "error"}`,
      );
    }
  }
}
