import type { Recorded } from "../idempotency/index.ts";
import { flush, note, uncounted, withDelivery } from "../timeline/delivery.ts";
import type { SentBy } from "../timeline/event.ts";
import type { Operation, Runtime } from "./operation.ts";

interface CarryOn {
  /** Who does it, for the timeline. */
  sentBy: SentBy;
  /** The timeline's first line. */
  says?: string;
}

/** Runs an intent's operation without a client, with lines of its own on the timeline. */
export async function carryOn(
  { db }: Pick<Runtime, "db">,
  operation: Operation,
  { account, key, input }: { account: string; key: string; input: unknown },
  { sentBy, says }: CarryOn,
  run: () => Promise<Recorded>,
): Promise<Recorded> {
  const delivery = uncounted({ account, key, orderId: operation.orderId?.(input), sentBy });
  return await withDelivery(delivery, () => {
    if (says !== undefined) note({ point: "arrived", outcome: "none", text: says });
    return run().finally(() => flush(db, delivery));
  });
}
