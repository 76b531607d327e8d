import pino from "pino";
import type { Finding } from "../reconciler/compare-books.ts";

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

/** One error line for each finding: money that one side of the books does not know of. No account and no whole key get in. */
export function watchFindings(findings: readonly Finding[]): void {
  for (const { kind, reference, idempotencyKey, state, at } of findings)
    log.error({
      event: "reconciliation",
      kind,
      reference,
      key: idempotencyKey?.slice(0, 8),
      state,
      at,
    });
}
