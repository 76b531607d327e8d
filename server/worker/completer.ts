import { resumeAbandoned } from "../idempotency/index.ts";
import { type Delivery, flush, withDelivery } from "../timeline/delivery.ts";
import { type Operation, runOperation, type Runtime } from "../trpc/operation.ts";

/**
 * One round: whatever was left behind by a dead process or a client that went away is carried on by the same
 * code, without a client. Gives how many it looked at.
 */
export async function completeAbandoned(
  runtime: Runtime,
  operations: readonly Operation[],
): Promise<number> {
  const byProcedure = new Map(operations.map((operation) => [operation.procedure, operation]));
  // Nobody waits for it, so it does not wait for others: whoever runs the key already will finish it.
  const patient = { ...runtime, limits: { ...runtime.limits, waitMs: 0 } };
  return await resumeAbandoned(runtime.db, async ({ account, key, procedure, input }) => {
    const operation = byProcedure.get(procedure);
    if (operation === undefined) throw new Error(`No operation is called ${procedure}`);
    const accepted = operation.input.parse(input);
    const delivery: Delivery = {
      account,
      key,
      orderId: operation.orderId?.(accepted),
      arrival: 0,
      sentBy: "completer",
      client: undefined,
      pending: [],
    };
    return await withDelivery(delivery, () =>
      runOperation(patient, operation, { account, key, input: accepted }).finally(() =>
        flush(runtime.db, delivery),
      ),
    );
  });
}
