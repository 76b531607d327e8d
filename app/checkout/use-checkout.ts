"use client";

import { useEffect, useRef, useState } from "react";
import { pollEveryMs } from "../proof/poll-every.ts";
import type { Order } from "../trpc/outputs.ts";
import { factsOf, paidAnswer } from "./facts.ts";
import type { IntentStore } from "./intent/intent-store.ts";
import { useIntent } from "./intent/use-intent.ts";
import { isInDoubt, isLocked, isUnsettled, screenOf, type Screen } from "./intent/view.ts";
import { useOrder, type LiveOrder } from "./order/use-order.ts";
import { wordsOf } from "./words.ts";

export type CheckoutState = ReturnType<typeof useCheckout>;

/**
 * One order's checkout as a page sees it: the intent of this browser and the order of the server, told together.
 * The intent's store decides and acts; this only joins the two and sets the pace of looking.
 */
export function useCheckout(orderId: string, account: string, initialOrder: Order | null) {
  const { view, intent } = useIntent(orderId, account);
  // How often to look hangs on the screen, and the screen on what was seen: one render apart. An order that came with
  // the page begins calm, as most of them stay: to change the pace is to draw the page again in mid-start.
  const [everyMs, setEveryMs] = useState<number>(pollEveryMs[initialOrder ? "calm" : "quick"]);
  const live = useOrder(orderId, account, initialOrder, everyMs);
  const { order } = live;
  const orderIsPaid = order?.status === "paid" || order?.status === "refunded";
  const screen = screenOf(view, orderIsPaid);
  const waiting = isUnsettled(screen);
  const answer = paidAnswer(view, order);
  // A quick answer overtakes the order that was asked for before it: the ledger's rows are still to come.
  const pace = answer !== null && !orderIsPaid ? "quick" : paceOf(screen);
  useEffect(() => setEveryMs(pollEveryMs[pace]), [pace]);
  useAnswerOfPaidOrder(orderIsPaid, screen, intent);
  useReprice(screen, live);
  useLookOnceMore(waiting, live);

  const words = wordsOf(screen, factsOf(view, order));
  return {
    view,
    intent,
    live,
    screen,
    waiting,
    everyMs,
    words,
    paid: words.button[0] === "receipt" ? answer : null,
    locked: isLocked(view, screen) || answer !== null || screen === "declined",
    /** What the person sees as the price, and so what a press agrees to. */
    total: order?.total ?? view.record?.input.expectedTotal,
  };
}

function paceOf(screen: Screen): keyof typeof pollEveryMs {
  if (!isUnsettled(screen)) return "calm";
  return isInDoubt(screen) ? "patient" : "quick";
}

/** The ledger says paid while we still ask: ask about the key now instead of at the next turn. */
function useAnswerOfPaidOrder(orderIsPaid: boolean, screen: Screen, intent: () => IntentStore) {
  const asking = screen === "joined" || isInDoubt(screen);
  useEffect(() => {
    if (orderIsPaid && asking) void intent().comeBack();
  }, [orderIsPaid, asking, intent]);
}

/** Settled: the last second before it is the one that matters, and the next look would be ten seconds away. */
function useLookOnceMore(waiting: boolean, live: LiveOrder) {
  const was = useRef(waiting);
  useEffect(() => {
    if (was.current && !waiting) live.refresh();
    was.current = waiting;
  }, [waiting, live]);
}

/**
 * The price was refused: ask once what it is now. Only ask: saving the order as this page knows it would undo the
 * very change that it has not seen.
 */
function useReprice(screen: Screen, live: LiveOrder) {
  const asked = useRef(false);
  useEffect(() => {
    const refused = screen === "price-changed";
    if (refused && !asked.current) live.refresh();
    asked.current = refused;
  }, [screen, live]);
}
