import { browserKeeper, makeKey } from "../../../server/idempotency/client/index.ts";
import { api } from "../../trpc/client.ts";
import { readDraft } from "../order/draft.ts";
import { IntentStore } from "./intent-store.ts";
import type { IntentPorts } from "./ports.ts";
import { life, recordName } from "./record.ts";
import { tabName } from "./tab-name.ts";

const intents = new Map<string, IntentStore>();
let channel: BroadcastChannel | null = null;

const ports: IntentPorts = {
  keeper: browserKeeper(life, recordName),
  pay: (input, watch, faultPlan) =>
    api.checkout.pay.mutate(input, { context: { watch, faultPlan } }),
  status: (idempotencyKey) => api.checkout.status.query({ idempotencyKey }),
  order: (orderId) => api.orders.get.query({ orderId }),
  faultPlan: (orderId) => readDraft(orderId)?.faultPlan ?? "",
  mintKey: () => makeKey(),
  tabName,
  now: () => Date.now(),
  isOnline: () => navigator.onLine,
  isVisible: () => document.visibilityState === "visible",
  tellOthers: (orderId) => channel?.postMessage(orderId),
};

/**
 * The one store of an order in this page. Browser only: a store made on the server would be everybody's.
 * @param own what another place than the checkout wants to be different; heard by the first call for an order alone
 */
export function intentOf(orderId: string, own: Partial<IntentPorts> = {}): IntentStore {
  let intent = intents.get(orderId);
  if (!intent) {
    listen();
    intent = new IntentStore(orderId, { ...ports, ...own });
    intents.set(orderId, intent);
  }
  return intent;
}

let listening = false;

/** Every way of coming back to a page, once for all orders. */
function listen() {
  if (listening) return;
  listening = true;
  channel = new BroadcastChannel("payonce");
  channel.onmessage = (message: MessageEvent<unknown>) => {
    if (typeof message.data === "string") intents.get(message.data)?.othersWrote();
  };
  // The channel is not there in every private window; the storage event says the same.
  addEventListener("storage", (event) => {
    for (const [orderId, intent] of intents)
      if (event.key === recordName(orderId)) intent.othersWrote();
  });
  const comeBack = () => {
    for (const intent of intents.values()) void intent.comeBack();
  };
  addEventListener("online", comeBack);
  addEventListener("pageshow", (event) => {
    if (event.persisted) comeBack();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") comeBack();
  });
}
