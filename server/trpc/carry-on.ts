import type { SQL } from "drizzle-orm";
import {
  type Abandoned,
  IdempotencyError,
  NeedsReview,
  type Recorded,
} from "../idempotency/index.ts";
import { flush, note, uncounted, withDelivery } from "../timeline/delivery.ts";
import type { SentBy } from "../timeline/event.ts";
import { type Operation, runOperation, type Runtime } from "./operation.ts";

interface CarryOn {
  /** Who does it, for the timeline. */
  sentBy: SentBy;
  /** The timeline's first line. */
  says?: string;
  abandoned?: boolean;
  alongside?: SQL[];
}

/**
 * Runs an intent's operation again from its recorded input, without a client: the same code under a claim of its own.
 * @throws {IdempotencyError} as `runOnce`; {@link NeedsReview} when no operation reads the recorded input any more
 */
export async function carryOn(
  runtime: Runtime,
  operations: readonly Operation[],
  { account, key, procedure, input }: Abandoned,
  { sentBy, says, ...how }: CarryOn,
): Promise<Recorded> {
  const operation = operations.find((known) => known.procedure === procedure);
  if (operation === undefined) throw new Error(`No operation is called ${procedure}`);
  const { data: accepted, error } = operation.input.safeParse(input);
  if (error) throw new NeedsReview(`${procedure} does not accept its recorded input any more`);
  const delivery = uncounted({
    account,
    key,
    orderId: operation.orderId?.(accepted),
    sentBy,
  });
  try {
    return await withDelivery(delivery, () => {
      if (says !== undefined) note({ point: "arrived", outcome: "none", text: says });
      return runOperation(runtime, operation, { account, key, input: accepted }, how).finally(() =>
        flush(runtime.db, delivery),
      );
    });
  } catch (failure) {
    if (!(failure instanceof IdempotencyError) || failure.code !== "KEY_REUSED") throw failure;
    throw new NeedsReview(`${procedure} reads its recorded input as another request by now`);
  }
}
