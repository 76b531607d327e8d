import type postgres from "postgres";
import { operations } from "../operations.ts";
import { compareBooks } from "../reconciler/compare-books.ts";
import type { Services } from "../wiring.ts";
import { completeAbandoned } from "../worker/completer.ts";

/** Longer than the longest lease with all that may follow it, on a busy machine. */
const HEALED_WITHIN_MS = 40_000;

/**
 * The last check of every test with a stack: the faults are over, the completer finishes what was left behind, and then
 * the bank's books and ours say the same, both ways, whatever their age.
 * @throws {Error} with every line that one side does not know of
 */
export async function expectReconciled(services: Services, sql: postgres.Sql): Promise<void> {
  const endsAt = Date.now() + HEALED_WITHIN_MS;
  for (;;) {
    const [row] = await sql<{ open: number }[]>`
      select count(*)::integer as open from idempotency_keys where state in ('in_progress', 'unknown')`;
    if (row?.open === 0) break;
    if (Date.now() > endsAt) throw new Error(`${row?.open} intents are still not final: L1`);
    await completeAbandoned(services, operations).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { findings } = await compareBooks(services, { olderThanMs: -60_000 });
  if (findings.length > 0)
    throw new Error(`The books differ from the bank's: ${JSON.stringify(findings, null, 1)}`);
}
