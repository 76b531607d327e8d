import { expect } from "vitest";
import type { OpenDatabase } from "../../client.ts";
import type { Admin } from "./admin.ts";
import { gate } from "./gate.ts";

export type Afterlife =
  | "throws"
  | "writes"
  | "writes in a savepoint"
  | "writes at once, its statement having failed"
  | "returns";
export type SecondEnds = "commits" | "rolls back";

/**
 * porsager/postgres#1215: the first transaction's backend is killed while its callback waits; a second one gets the next
 * connection of a pool of one; then the first callback goes on, in one of four ways. Returns what ended up in the table.
 */
export async function outliveBackend(
  { sql }: OpenDatabase,
  admin: Admin,
  { afterlife, second }: { afterlife: Afterlife; second: SecondEnds },
): Promise<string[]> {
  await admin.sql`truncate effects`;
  const began = gate<number>();
  const goOn = gate();

  const first = sql.begin(async (tx) => {
    await tx`insert into effects values ('first, before')`;
    const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
    began.open(row?.pid ?? 0);
    if (afterlife === "writes at once, its statement having failed") {
      // In the microtask of the rejection: ahead of anything that waits for `begin` to reject.
      await tx`select pg_sleep(20)`.catch(() => {});
      await tx`insert into effects values ('first, after')`;
    }
    await goOn.opened;
    if (afterlife === "throws") throw new Error("the first callback gives up");
    if (afterlife === "writes") await tx`insert into effects values ('first, after')`;
    if (afterlife === "writes in a savepoint") {
      await tx.savepoint((inner) => inner`insert into effects values ('first, after')`);
    }
  });
  const firstRejected = expect(first).rejects.toThrow();
  const pid = await began.opened;
  if (afterlife === "writes at once, its statement having failed") await admin.untilAsleep(pid);
  await admin.kill(pid);
  await firstRejected;

  const rolledBack = new Error("the second rolls back");
  const ended = sql.begin(async (tx) => {
    await tx`insert into effects values ('second, 1')`;
    goOn.open();
    // The first one needs four trips at most (savepoint, write, release, COMMIT): ten times as many leave it the time.
    for (let trip = 0; trip < 40; trip++) await admin.sql`select 1`;
    await tx`insert into effects values ('second, 2')`;
    if (second === "rolls back") throw rolledBack;
  });
  if (second === "commits") await ended;
  else await expect(ended).rejects.toBe(rolledBack);

  // One more trip through the same connection, behind anything that the first one may still have sent.
  await sql`select 1`;
  const rows = await admin.sql<{ what: string }[]>`select what from effects order by what`;
  return rows.map((row) => row.what);
}
