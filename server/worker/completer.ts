import type { Round } from "../idempotency/index.ts";
import { resumeOperations } from "../idempotency/trpc/index.ts";
import { traceOperation } from "../telemetry/trace-operation.ts";
import { watchFailure } from "../telemetry/watch-failure.ts";
import { carryOn } from "../trpc/carry-on.ts";
import type { Operation, Runtime } from "../trpc/operation.ts";

/**
 * One round: whatever was left behind by a dead process or a client that went away is carried on by the same
 * code, without a client.
 */
export async function completeAbandoned(
  runtime: Runtime,
  operations: readonly Operation[],
): Promise<Round> {
  const { db, payments, agent, finalMs: _final, ...keeping } = runtime;
  return await resumeOperations(
    { ...keeping, store: db },
    operations,
    () => ({ db, payments, agent }),
    {
      onError: watchFailure,
      around: (operation, call, run) =>
        carryOn(runtime, operation, call, { sentBy: "completer" }, () =>
          traceOperation(operation.procedure, run),
        ),
    },
  );
}
