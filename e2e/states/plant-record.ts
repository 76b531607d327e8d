import type { Order } from "../fixtures/shop.ts";
import type { StateKit } from "./state.ts";

/**
 * Opens the order's page in a browser that remembers a payment of it: what an earlier visit would have left. What the
 * server then says of that key is its own word.
 */
export async function plantRecord(
  { page, shop, checkout }: StateKit,
  { orderId, total }: Order,
  record: { idempotencyKey: string; state: "new" | "sent"; sentAt?: string },
): Promise<void> {
  const { tag: account } = await shop.api.session.me.query();
  const { idempotencyKey, state, sentAt } = record;
  const text = JSON.stringify({
    v: 1,
    account,
    orderId,
    idempotencyKey,
    input: { paymentMethod: "pm_card_visa", expectedTotal: { amount: total, currency: "EUR" } },
    state,
    // A page that dies in mid-send has not written its doubt down.
    inDoubt: false,
    sends: state === "sent" ? 1 : 0,
    firstSentAt: sentAt ?? null,
    ...(sentAt && { lastSentAt: sentAt }),
  });
  await page.addInitScript(
    ([name, value]) => localStorage.setItem(String(name), String(value)),
    [`payonce.intent.${orderId}`, text],
  );
  if (state === "new") await checkout.open(orderId);
  else await checkout.visit(orderId);
}
