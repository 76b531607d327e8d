import { v7 as uuidv7 } from "uuid";
import { addRow, type EffectRun } from "./effect.ts";

/** Atomic, not idempotent: one transaction around everything, the call to the bank included. */
export async function atomicOnly(run: EffectRun): Promise<void> {
  // cause: S1
  // Postgres takes its rows back. The bank is not in this transaction: a rollback is not a refund.
  await run.db.transaction(async (tx) => {
    const reference = await run.charge(uuidv7());
    await addRow(tx, run, "payment", reference);
    await run.crash();
    await addRow(tx, run, "receipt", reference);
  });
  // end
}
