import type { Database } from "../../db/client.ts";
import { checkHistory } from "../storm/check-history.ts";
import { runStorm } from "../storm/run-storm.ts";
import type { Sample } from "../storm/sampler.ts";
import { nameError } from "../telemetry/name-error.ts";
import { claimStorm, endStorm, noteSamples } from "../storm/store.ts";

const NOTE_EVERY_MS = 250;

/** One round: the oldest storm that waits, from its first request to its verdict. In the worker, never in the page. */
export async function runQueuedStorm(db: Database, stopping: AbortSignal): Promise<boolean> {
  const claimed = await claimStorm(db);
  if (claimed === undefined) return false;
  const stop = new AbortController();
  const pending: Sample[] = [];
  const noting = setInterval(() => {
    void noteSamples(db, claimed, pending.splice(0))
      .then((said) => said.stop && stop.abort())
      // What could not be written is not drawn; the verdict does not hang on it.
      .catch(() => undefined);
  }, NOTE_EVERY_MS);
  try {
    const evidence = await runStorm(claimed.target, claimed.settings, {
      signal: AbortSignal.any([stop.signal, stopping]),
      onSample: (sample) => pending.push(sample),
    });
    clearInterval(noting);
    await noteSamples(db, claimed, pending.splice(0));
    await endStorm(db, claimed, { report: checkHistory(evidence), history: evidence.history });
  } catch (error) {
    clearInterval(noting);
    console.error(`worker: a storm broke off: ${nameError(error)}`);
    await endStorm(db, claimed, { report: null, history: [] });
  }
  return true;
}
