import { setTimeout as sleep } from "node:timers/promises";
import type { Sql, TransactionSql } from "postgres";
import { errorCode } from "./error-code.ts";

export interface Patience {
  /** How often it is tried; then it is given up. */
  triesMax?: number;
  pauseMs?: number;
  /** Told who is waited for. */
  say?(line: string): void;
}

interface Changing {
  sql: Sql;
  /** Another connection, to look at who is waited for. */
  beside: TransactionSql;
  /** As the beginning of a sentence. */
  what: string;
}

/**
 * Whoever wants a table for himself and waits for one that reads it has everybody else wait behind him. So he waits less long
 * than a payment does for a lock (1 s, `lockMs`): those who came behind him pass when he has given up, and he comes again.
 */
const LOCK_MS = 800;

/**
 * A transaction that changes what others are using. Where a lock is not free it lets go of all that it has, says for whom it
 * waits, and tries again after a pause: by default for about a minute.
 * @throws what `run` throws, and when nobody let go in time; nothing is changed then
 */
export async function changeBriefly(
  { sql, beside, what }: Changing,
  run: (tx: TransactionSql) => Promise<void>,
  { triesMax = 20, pauseMs = 2_000, say = () => {} }: Patience,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    let holders = "somebody who has gone by now";
    let looking: NodeJS.Timeout | undefined;
    const look = async (pid: unknown) => {
      const found = await holding(beside, pid).catch(() => "");
      if (found !== "") holders = found;
    };
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(`set local lock_timeout = ${LOCK_MS}`);
        const [me] = await tx`select pg_backend_pid() as pid`;
        looking = setInterval(() => void look(me?.["pid"]), LOCK_MS / 4);
        await run(tx);
      });
      return;
    } catch (error) {
      if (errorCode(error) !== "55P03") throw error;
      if (tries >= triesMax) {
        throw new Error(
          `${what} was given up after ${tries} tries, and nothing of it was done: what it changes is held by ${holders}.\n` +
            "  What to do: let that end, or end it, and migrate again.",
          { cause: error },
        );
      }
      say(`${what} waits for ${holders}, and lets everybody else pass (try ${tries}).`);
    } finally {
      clearInterval(looking);
    }
    await sleep(pauseMs);
  }
}

async function holding(beside: TransactionSql, pid: unknown): Promise<string> {
  const rows = await beside`
    select format('process %s (%s as %s, in a transaction for %s)', pid, coalesce(nullif(application_name, ''), 'no name'), usename,
                  date_trunc('second', clock_timestamp() - xact_start)) as who
      from pg_stat_activity where pid = any(pg_blocking_pids(${Number(pid)}::integer))`;
  return rows.map((row) => String(row["who"])).join(", ");
}
