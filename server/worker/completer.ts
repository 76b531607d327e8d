import { type Abandoned, resumeAbandoned } from "../idempotency/index.ts";
import { carryOn } from "../trpc/carry-on.ts";
import type { Operation, Runtime } from "../trpc/operation.ts";

/**
 * One round: whatever was left behind by a dead process or a client that went away is carried on by the same
 * code, without a client. Gives how many it looked at.
 */
export async function completeAbandoned(
  runtime: Runtime,
  operations: readonly Operation[],
): Promise<number> {
  const procedures = operations.map(({ procedure }) => procedure);
  const patientWith = operations.flatMap(({ procedure, clientFirst }) =>
    clientFirst ? [procedure] : [],
  );
  const resume = (abandoned: Abandoned) =>
    carryOn(runtime, operations, abandoned, { sentBy: "completer", abandoned: true });
  return await resumeAbandoned(runtime.db, resume, { procedures, patientWith });
}
