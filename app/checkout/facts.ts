import { retryLimits } from "../../server/idempotency/client/index.ts";
import type { Order } from "../trpc/outputs.ts";
import { formatClock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import type { Ending, Paid } from "./intent/record.ts";
import type { IntentView } from "./intent/view.ts";
import type { Facts } from "./words.ts";

/** The bank's answer, or why there will be none: what this page heard itself, or what the record remembers. */
function endingOf({ phase, record }: IntentView): Ending | undefined {
  return phase.at === "answered" ? phase.answer : record?.result;
}

/** The answer that paid this order: from the intent itself first, from the server's order second. */
export function paidAnswer(view: IntentView, order: Order | null | undefined): Paid | null {
  const result = endingOf(view);
  if (result?.status === "paid") return result;
  if (!order?.charge) return null;
  return { status: "paid", orderId: order.orderId, ...order.charge };
}

/** Everything the sentences of a checkout need, formatted for eyes. */
export function factsOf(view: IntentView, order: Order | null | undefined): Facts {
  const { record, phase } = view;
  const paid = paidAnswer(view, order);
  const sentTotal = record?.input.expectedTotal;
  const money = paid ?? order?.total ?? sentTotal;
  const result = endingOf(view);
  return {
    total: money ? formatMoney(money.amount, money.currency) : "",
    oldTotal: sentTotal ? formatMoney(sentTotal.amount, sentTotal.currency) : "",
    keyEnd: record?.idempotencyKey.slice(-4) ?? "",
    send: phase.at === "waiting" || phase.at === "sending" ? phase.send : 0,
    sendsMax: retryLimits.sendsMax,
    paidAt: paid ? formatClock(paid.paidAt) : "",
    startedAt: record?.firstSentAt ? formatClock(record.firstSentAt) : "",
    inDoubt: record?.inDoubt === true,
    declineCode: result?.status === "declined" ? result.declineCode : "",
  };
}
