import { putRow, type EffectRun } from "./effect.ts";

/** Idempotent, not atomic: the second attempt repeats nothing, and mends the first one's half if it ever comes. */
export async function idempotentOnly(run: EffectRun): Promise<void> {
  // cause: S6
  // Until somebody asks again there is a payment without its receipt, and every report that is read meanwhile is wrong.
  const reference = await run.charge(run.key);
  await putRow(run.db, run, "payment", reference);
  await run.crash();
  await putRow(run.db, run, "receipt", reference);
  // end
}
