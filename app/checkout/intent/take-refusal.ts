import type { SendOutcome } from "../../../server/idempotency/client/index.ts";
import type { HeldIntent, Next } from "./held-intent.ts";
import type { Ending } from "./record.ts";

/** Refusals that mean the page itself is at fault: asking again would be refused again. */
const brokenStatuses = [400, 404, 405, 413, 415];

/**
 * No more sends are made and there is no answer: what to show, and whether to watch the key.
 * Nothing here says "failed": without an answer about the key the payment is unknown, and with a definite
 * refusal it has not run.
 */
export async function takeRefusal(
  held: HeldIntent,
  key: string,
  outcome: SendOutcome,
): Promise<Next> {
  const code = outcome.kind === "refused" ? outcome.code : null;
  switch (code) {
    case "IN_PROGRESS":
      return "joined";
    case "ORDER_BUSY":
    case "ORDER_PAID":
      return joinOther(held, key, outcome.kind === "refused" ? outcome.intentId : undefined);
    case "KEY_EXPIRED":
      return takeExpiry(held, key);
    case "VOIDED":
    case "KEY_REUSED":
      return held.done({ at: "rest" });
    case "PRICE_CHANGED":
      return held.done({ at: "price-changed" });
    default:
      break;
  }
  const record = held.apply({ type: "gave-up", key });
  const inDoubt = record?.inDoubt === true;
  if (isEstranged(outcome)) return held.done({ at: "signed-out", inDoubt });
  // Of an intent in doubt an earlier request may have been taken, by a server that read it otherwise.
  if (outcome.kind === "refused" && !inDoubt) {
    const { httpStatus, traceId } = outcome;
    if (httpStatus === 403) return held.done({ at: "signed-out", inDoubt });
    if (brokenStatuses.includes(httpStatus))
      return held.done({ at: "broken", code: code ?? `HTTP ${httpStatus}`, traceId });
  }
  return inDoubt ? "unknown" : held.done({ at: "not-charged" });
}

/** The session is not this page's: what became of a key that was sent is told to its own account alone. */
export function isEstranged(outcome: SendOutcome): boolean {
  return outcome.kind === "refused" && outcome.httpStatus === 401;
}

/**
 * Another intent holds the order: ours is dropped, that one's answer is shown. Which one is for the server to say: the
 * order may have older ones that were declined, and an older one's end is no word about the one that runs.
 */
async function joinOther(held: HeldIntent, key: string, holder = key): Promise<Next> {
  const { orderId, ports } = held;
  if (holder !== key) held.apply({ type: "joined", key, otherKey: holder });
  const order = await ports.order(orderId).catch(() => null);
  if (!order?.charge) return "joined";
  const ending: Ending = { status: "paid", orderId, ...order.charge };
  held.apply({ type: "ended", key: holder, ending });
  return held.done({ at: "rest" });
}

/** The key outlived its record; only the order can say whether it was paid. */
export async function takeExpiry(held: HeldIntent, key: string): Promise<Next> {
  const { orderId, ports } = held;
  const order = await ports.order(orderId).catch(() => null);
  // Without the order's word "start a new payment" could be the second one.
  if (order === null) return "unknown";
  const ending: Ending = order.charge
    ? { status: "paid", orderId, ...order.charge }
    : { status: "key-expired" };
  held.apply({ type: "ended", key, ending });
  // A key that is refused for good pays nothing later either: an order that is not paid now was not paid by it.
  held.apply({ type: "looked", key });
  return held.done({ at: "rest" });
}
