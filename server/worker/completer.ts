import type { Round } from "../idempotency/index.ts";
import { resumeOperations } from "../idempotency/trpc/index.ts";
import { traceOperation } from "../telemetry/trace-operation.ts";
import { watchFailure } from "../telemetry/watch-failure.ts";
import { carryOn } from "../trpc/carry-on.ts";
import type { Operation, Runtime } from "../trpc/operation.ts";

/** Below what a worker does for others at the same time. */
const AT_MOST = 20;

/** A round lasts as long as its slowest: what takes an agent's time must keep no payment waiting, and has rounds of its own. */
export function sideBySide(
  operations: readonly Operation[],
): [payments: Operation[], runs: Operation[]] {
  return [
    operations.filter(({ clientFirst }) => !clientFirst),
    operations.filter(({ clientFirst }) => clientFirst),
  ];
}

/**
 * Whatever was left behind by a dead process or a client that went away is carried on by the same code, without a client. One
 * round, or as many as are full: a thousand orphans do not wait for fifty pauses.
 */
export async function completeAbandoned(
  runtime: Runtime,
  operations: readonly Operation[],
): Promise<Round> {
  const all: Round = { found: 0, failed: 0 };
  for (;;) {
    const { found, failed } = await completeSome(runtime, operations);
    all.found += found;
    all.failed += failed;
    if (found < AT_MOST || failed > 0) return all;
  }
}

async function completeSome(runtime: Runtime, operations: readonly Operation[]): Promise<Round> {
  const { db, payments, agent, finalMs: _final, ...keeping } = runtime;
  return await resumeOperations(
    { ...keeping, store: db },
    operations,
    () => ({ db, payments, agent }),
    {
      atMost: AT_MOST,
      onError: watchFailure,
      around: (operation, call, run) =>
        carryOn(runtime, operation, call, { sentBy: "completer" }, () =>
          traceOperation(operation.procedure, run),
        ),
    },
  );
}
