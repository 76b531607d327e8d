"use client";

import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { ArmedBar } from "../faults/armed-bar.tsx";
import { LiveQueries } from "../frame/live-queries.tsx";
import { pollEveryMs } from "../proof/poll-every.ts";
import { Proof } from "../proof/proof.tsx";
import type { Order, PaymentMethod } from "../trpc/outputs.ts";
import { retryLimits } from "../trpc/retry-rule.ts";
import { Button, buttonLook } from "../ui/button.tsx";
import { formatClock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { useHydrated } from "../ui/use-hydrated.ts";
import { EmptyOrder } from "./empty-order.tsx";
import type { Paid } from "./intent/record.ts";
import { useIntent } from "./intent/use-intent.ts";
import { isLocked, isUnsettled, screenOf, type IntentView } from "./intent/view.ts";
import { MethodPicker } from "./method-picker.tsx";
import { OrderSkeleton } from "./order-skeleton.tsx";
import { OrderSummary } from "./order-summary.tsx";
import { Outcome } from "./outcome.tsx";
import { readDraft, writeDraft } from "./order/draft.ts";
import { useOrder } from "./order/use-order.ts";
import { Receipt } from "./receipt.tsx";
import { wordsOf, type Facts } from "./words.ts";

export interface CheckoutProps {
  orderId: string;
  account: string;
  faults: boolean;
  methods: readonly PaymentMethod[];
  initialOrder: Order | null;
}

/** The honest checkout of one order. */
export function Checkout(props: CheckoutProps) {
  return (
    <LiveQueries>
      <CheckoutPage {...props} />
    </LiveQueries>
  );
}

function CheckoutPage({ orderId, account, faults, methods, initialOrder }: CheckoutProps) {
  const hydrated = useHydrated();
  const { view, intent } = useIntent(orderId, account);
  // The order's own status comes with the poll, whose pace depends on the state: told apart by one render.
  const [everyMs, setEveryMs] = useState<number>(pollEveryMs.quick);
  const live = useOrder(orderId, account, initialOrder, everyMs);
  const { order } = live;
  const paidOrder = order?.status === "paid" || order?.status === "refunded";
  const screen = screenOf(view, paidOrder);
  const waiting = isUnsettled(screen);
  const pace = !waiting
    ? "calm"
    : screen === "unknown" || screen === "review"
      ? "patient"
      : "quick";
  useEffect(() => setEveryMs(pollEveryMs[pace]), [pace]);

  // The ledger says paid while we are still asking: ask about the key now instead of at the next turn.
  const asking = screen === "joined" || screen === "unknown" || screen === "review";
  useEffect(() => {
    if (paidOrder && asking) void intent().comeBack();
  }, [paidOrder, asking, intent]);

  const repriced = useRef(false);
  useEffect(() => {
    if (screen === "price-changed" && !repriced.current) live.reprice();
    repriced.current = screen === "price-changed";
  }, [screen, live]);

  const [chosen, setChosen] = useState<string | null>(null);
  const [plan, setPlan] = useState("");
  useEffect(() => setPlan(readDraft(orderId)?.faultPlan ?? ""), [orderId]);

  const method = chosen ?? view.record?.input.paymentMethod ?? methods[0]?.token ?? "";
  const facts = factsOf(view, order, orderId);
  const words = wordsOf(screen, facts);
  const paid = words.action === "receipt" ? facts.paid : null;
  const locked = isLocked(view, screen) || facts.paid !== null || screen === "declined";
  // Once shown, the list stays in its place (locked) until there is an outcome: the button must not jump away.
  const [listShown, setListShown] = useState(false);
  if (!locked && hydrated && !listShown) setListShown(true);
  if (listShown && locked && !waiting) setListShown(false);
  const showMethods = !locked || (waiting && listShown);
  const picker = useRef<HTMLDivElement>(null);
  const total = order?.total ?? view.record?.input.expectedTotal;

  function disarm() {
    const draft = readDraft(orderId);
    if (draft) writeDraft(orderId, { ...draft, faultPlan: "" });
    setPlan("");
  }

  function act() {
    if (words.action === "ask") return void intent().askNow();
    if (words.action === "choose") {
      intent().chooseAgain();
      // The list appears with the next paint; the choice is what was asked for, so the focus goes there.
      requestAnimationFrame(() => picker.current?.querySelector("input")?.focus());
      return;
    }
    if (words.action === "reload") return location.reload();
    if (words.action !== "pay" || !total) return;
    const input = { paymentMethod: method, expectedTotal: total };
    void intent().press({ account, input, whenSaved: () => Promise.resolve() });
  }

  if (order === null && !waiting) return <EmptyOrder />;

  return (
    <>
      <ArmedBar plan={faults && !paidOrder ? plan : ""} scope="this payment" onDisarm={disarm} />
      <main
        id="main"
        data-state={screen}
        className="mx-auto grid max-w-[1180px] gap-4 px-4 pt-5 pb-32 min-[940px]:grid-cols-[372px_minmax(0,1fr)] min-[940px]:items-start min-[940px]:pb-10"
      >
        <div className="grid min-w-0 gap-4 min-[940px]:sticky min-[940px]:top-4">
          <Outcome
            screen={screen}
            words={words}
            nextSendAt={view.phase.at === "waiting" ? view.phase.until : null}
          >
            {screen === "idle" && (
              <p className="mt-1.5 text-muted">
                Press Pay as often as you like: one order is paid at most once.
              </p>
            )}
          </Outcome>
          {view.foreignAccount && (
            <p className="text-small text-muted">
              This browser remembers a payment of this order from another account. It is not used
              here.
            </p>
          )}
          {!view.kept && (
            <p className="text-small text-muted">
              This browser keeps nothing: the order itself still prevents a second charge.
            </p>
          )}
          {order ? (
            <OrderSummary
              order={order}
              locked={locked}
              lockNote={waiting ? "Locked until we know" : ""}
              saving={live.saving}
              onItems={live.setItems}
            />
          ) : (
            <OrderSkeleton lost={live.lost} />
          )}
          {paid && <Receipt paid={paid} idempotencyKey={view.record?.idempotencyKey ?? null} />}
          {showMethods && (
            <div ref={picker}>
              <MethodPicker methods={methods} value={method} onChange={setChosen} locked={locked} />
            </div>
          )}
          {waiting && !showMethods && (
            <p className="px-1 text-small text-muted">
              Paying with {nameOf(methods, view.record?.input.paymentMethod ?? method)}.
            </p>
          )}
          <div
            className={
              words.action === "receipt"
                ? ""
                : "fixed inset-x-0 bottom-0 z-10 border-t border-line bg-panel px-4 pt-3 pb-4 min-[940px]:static min-[940px]:border-0 min-[940px]:bg-transparent min-[940px]:p-0"
            }
          >
            {words.action === "receipt" ? (
              <div className="flex gap-2">
                <a
                  href="#receipt"
                  className={`inline-flex flex-1 items-center justify-center ${buttonLook.quiet}`}
                >
                  {words.label}
                </a>
                <Link
                  href="/"
                  className={`inline-flex flex-1 items-center justify-center ${buttonLook.quiet}`}
                >
                  Buy another
                </Link>
              </div>
            ) : (
              <Button
                look="main"
                className="w-full"
                waiting={!hydrated || words.action === "wait" || live.saving || !total}
                onPress={act}
              >
                {words.label}
              </Button>
            )}
          </div>
        </div>
        <Proof
          orderId={orderId}
          order={order ?? null}
          orderLost={live.lost}
          sends={view.record?.joined ? null : (view.record?.sends ?? 0)}
          everyMs={everyMs}
        />
      </main>
    </>
  );
}

/** Everything the sentences need, from the record first and the server's order second. */
function factsOf(
  view: IntentView,
  order: Order | null | undefined,
  orderId: string,
): Facts & { paid: Paid | null } {
  const { record, phase } = view;
  const result = record?.result;
  const paid: Paid | null =
    result?.status === "paid"
      ? result
      : order?.charge
        ? { status: "paid", orderId, ...order.charge }
        : null;
  const money = paid ?? order?.total ?? record?.input.expectedTotal;
  const old = record?.input.expectedTotal;
  return {
    paid,
    total: money ? formatMoney(money.amount, money.currency) : "",
    oldTotal: old ? formatMoney(old.amount, old.currency) : "",
    keyEnd: record?.idempotencyKey.slice(-4) ?? "",
    send: phase.at === "waiting" || phase.at === "sending" ? phase.send : 0,
    sendsMax: retryLimits.sendsMax,
    paidAt: paid ? formatClock(paid.paidAt) : "",
    startedAt: record?.firstSentAt ? formatClock(record.firstSentAt) : "",
    declineCode: result?.status === "declined" ? result.declineCode : "",
    problem: phase.at === "broken" ? phase.code : "",
  };
}

function nameOf(methods: readonly PaymentMethod[], token: string): string {
  const method = methods.find((one) => one.token === token);
  return method ? `${method.brand} (${token})` : token;
}
