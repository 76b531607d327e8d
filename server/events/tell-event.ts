import type { BankEvent } from "../payments/bank-event.ts";
import { flush, note, uncounted, withDelivery } from "../timeline/delivery.ts";
import type { Runtime } from "../trpc/operation.ts";

/** One line of the timeline for an event that found its work done. */
export async function tellEvent(
  { db }: Runtime,
  account: string,
  { type, orderId: labelled }: BankEvent,
  { key, orderId }: { key: string; orderId: string | null },
  effect: "known" | "repeated",
): Promise<void> {
  const delivery = uncounted({ account, key, orderId: orderId ?? labelled, sentBy: "bank" });
  const text =
    effect === "repeated"
      ? `The bank's signed event came again (${type}): it is in the inbox, nothing ran`
      : `The bank's signed event arrived (${type}): the books had it already`;
  await withDelivery(delivery, async () => {
    note({ point: "arrived", outcome: "none", text });
    await flush(db, delivery);
  });
}
