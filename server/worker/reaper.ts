import { forget, reap } from "../idempotency/index.ts";
import type { Operation, Runtime } from "../trpc/operation.ts";

/**
 * One round: answers whose window is over become tombstones, and tombstones that nothing needs any more go.
 * Touches no row that is not at its end. Gives how many keys have ended.
 */
export async function reapAnswers(
  { db }: Pick<Runtime, "db">,
  operations: readonly Operation[],
): Promise<number> {
  const windows = operations.flatMap(({ procedure, replayWindowHours }) =>
    replayWindowHours === undefined ? [] : [[procedure, replayWindowHours] as const],
  );
  const ended = await reap(db, { windowHours: Object.fromEntries(windows) });
  await forget(db);
  return ended;
}
