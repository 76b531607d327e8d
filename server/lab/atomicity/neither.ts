import { v7 as uuidv7 } from "uuid";
import { addRow, type EffectRun } from "./effect.ts";

/** Not idempotent, not atomic: each line stands for itself. */
export async function neither(run: EffectRun): Promise<void> {
  // cause: S1
  // Half of it is there when it dies, and the second attempt begins at the top.
  const reference = await run.charge(uuidv7());
  await addRow(run.db, run, "payment", reference);
  await run.crash();
  await addRow(run.db, run, "receipt", reference);
  // end
}
