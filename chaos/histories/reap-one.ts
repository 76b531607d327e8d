import { forget, reap } from "../../server/idempotency/index.ts";
import type { World } from "./world.ts";

/** One reaper at a time: of two, the second would leave the rows that the first one holds to the first. */
let before: Promise<unknown> = Promise.resolve();

/** 80 hours pass for the answers of one history, and the reaper comes. What is unfinished has grown as old. */
export async function reapOne({ db, owner, accounts, witness }: World): Promise<void> {
  await owner`update idempotency_keys set updated_at = updated_at - interval '80 hours' where account in ${owner(accounts)}`;
  const reaped = before.then(async () => {
    await reap(db);
    // Every key here is young, so its tombstone must stay.
    await forget(db);
  });
  before = reaped.catch(() => undefined);
  await reaped.catch((error: unknown) => {
    // Drizzle's own message is the statement; why it was refused stands behind it.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    witness.violates("S7", `the reaper: ${String(cause)}`);
  });
}
