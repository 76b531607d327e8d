import {
  type Abandoned,
  IdempotencyError,
  NeedsReview,
  resumeAbandoned,
} from "../idempotency/index.ts";
import { flush, uncounted, withDelivery } from "../timeline/delivery.ts";
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
  const procedures = [...byProcedure.keys()];
  const resume = async ({ account, key, procedure, input }: Abandoned) => {
    const operation = byProcedure.get(procedure);
    if (operation === undefined) throw new Error(`No operation is called ${procedure}`);
    const { data: accepted, error } = operation.input.safeParse(input);
    if (error) throw new NeedsReview(`${procedure} does not accept its recorded input any more`);
    const delivery = uncounted({
      account,
      key,
      orderId: operation.orderId?.(accepted),
      sentBy: "completer",
    });
    const intent = { account, key, input: accepted };
    try {
      return await withDelivery(delivery, () =>
        runOperation(runtime, operation, intent, { abandoned: true }).finally(() =>
          flush(runtime.db, delivery),
        ),
      );
    } catch (failure) {
      if (!(failure instanceof IdempotencyError) || failure.code !== "KEY_REUSED") throw failure;
      throw new NeedsReview(`${procedure} reads its recorded input as another request by now`);
    }
  };
  const patientWith = operations.flatMap(({ procedure, clientFirst }) =>
    clientFirst ? [procedure] : [],
  );
  return await resumeAbandoned(runtime.db, resume, { procedures, patientWith });
}
