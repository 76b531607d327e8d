import { makeKey } from "../../server/idempotency/client/index.ts";
import { intentOf } from "../checkout/intent/browser-intents.ts";
import type { Money } from "../checkout/intent/record.ts";
import { tabName } from "../checkout/intent/tab-name.ts";
import { writeDraft } from "../checkout/order/draft.ts";
import { saveOrder } from "../checkout/order/save-order.ts";
import { openConnections } from "./open-connections.ts";
import { payNaively } from "./pay-naively.ts";
import { readStory } from "./read-story.ts";
import type { SideStory } from "./scene.ts";

const paymentMethod = "pm_card_visa";

/** Loses the answers of so many arrivals that a browser with six open connections never hears one. */
export const losePlan = "lose-response@1+2+3+4+5+6+7";
/** The same story where the browser resends nothing: the network delivers the request twice. */
export const twicePlan = "deliver-twice@1";

export interface Scene {
  account: string;
  sku: string;
  total: Money;
  faultPlan: string;
  onOrder(orderId: string): void;
  onNaive(story: SideStory): void;
  onIdempotent(story: SideStory): void;
}

/**
 * One press, one order, one plan: first in the lane without a key, then in the shop's own checkout. One after the
 * other: together they would share the browser's connections, and with them the number of resends. Rejects when the
 * server cannot be asked.
 */
export async function playScene(scene: Scene): Promise<void> {
  const { account, sku, total, faultPlan } = scene;
  // A version 7 UUID as well: a second maker of them would be a second library on this page.
  const orderId = makeKey();
  const items = [{ sku, quantity: 1 }];
  writeDraft(orderId, { v: 1, account, items, faultPlan });
  await saveOrder(orderId, items);
  scene.onOrder(orderId);

  await openConnections();
  const naiveAnswer = await payNaively({
    orderId,
    expectedTotal: total,
    paymentMethod,
    runKey: makeKey(),
    faultPlan,
    clientAttempt: `1;by=you;tab=${tabName()}`,
  });
  scene.onNaive(await readStory(orderId, "naive", { fetches: 1, answer: naiveAnswer }));

  await openConnections();
  const intent = intentOf(orderId);
  // The checkout's own button does this, and nothing else.
  await intent.press({
    account,
    input: { paymentMethod, expectedTotal: total },
    whenSaved: () => Promise.resolve(),
  });
  const { record } = intent.view();
  const status = record?.result?.status;
  const answer = status === "paid" || status === "declined" ? status : undefined;
  const page = { fetches: record?.sends ?? 0, answer };
  scene.onIdempotent(await readStory(orderId, "idempotent", page));
}
