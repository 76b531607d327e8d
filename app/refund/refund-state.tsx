"use client";

import { useEffect, useState } from "react";
import { retryLimits } from "../../server/idempotency/client/index.ts";
import { useIntent } from "../../server/idempotency/react/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { pollDelayMs, pollWindowMs } from "../checkout/intent/poll-delay.ts";
import { api } from "../trpc/client.ts";
import type { Order } from "../trpc/outputs.ts";
import { formatClock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { recordName } from "./record.ts";
import { RefundForm } from "./refund-form.tsx";
import type { RefundIntent } from "./refund-intents.ts";
import { RefundOutcome } from "./refund-outcome.tsx";
import { screenOf } from "./screen.ts";
import { refundWords, refusalReason } from "./words.ts";

/** One refund's life on the page: the form, or where the refund under way stands. */
export function RefundState(props: {
  intent: RefundIntent;
  charge: NonNullable<Order["charge"]>;
  left: number;
}) {
  const { intent, charge, left } = props;
  const view = useIntent(intent);
  const [another, setAnother] = useState(false);
  const queries = useQueryClient();
  const screen = screenOf(view);
  const key = view.record?.idempotencyKey;
  useComingBack(intent, charge.chargeId);
  useAsking(screen === "unknown" || screen === "stale", key, intent);
  useEffect(() => {
    // What the words send the person to must not be older than the words.
    if (screen.includes("refunded")) void queries.invalidateQueries();
  }, [screen, queries]);

  const form = (
    <RefundForm
      left={left}
      currency={charge.currency}
      onRefund={(amount) => {
        setAnother(false);
        void intent.press({ chargeId: charge.chargeId, amount });
      }}
    />
  );
  if (screen === "idle" || another) return <div data-refund-state="idle">{form}</div>;

  const { phase, record } = view;
  const words = refundWords(screen, {
    amount: formatMoney(record?.input.amount ?? 0, charge.currency),
    startedAt: record?.firstSentAt ? formatClock(record.firstSentAt) : "",
    keyEnd: key?.slice(-4) ?? "",
    send: phase.at === "sending" || phase.at === "waiting" ? phase.send : 0,
    sendsMax: retryLimits.sendsMax,
    reason:
      phase.at === "ended" && phase.ending.status === "refused"
        ? refusalReason(phase.ending.reason)
        : "",
    problem:
      phase.at === "refused" ? (phase.refusal.code ?? `HTTP ${phase.refusal.httpStatus}`) : "",
  });
  return (
    <RefundOutcome
      screen={screen}
      words={left === 0 && words.button?.[0] === "new" ? { ...words, button: undefined } : words}
      onPress={(does) => {
        if (does === "reload") location.reload();
        else if (does === "looked") intent.looked();
        else if (does === "new") setAnother(true);
        else if (record) void intent.press(record.input);
      }}
    />
  );
}

/** Online again, shown again from the browser's memory, or ended in another tab: finish what is under way, same key. */
function useComingBack(intent: RefundIntent, chargeId: string) {
  useEffect(() => {
    const comeBack = () => void intent.comeBack();
    const otherTab = ({ key, newValue }: StorageEvent) => {
      if (key === recordName(chargeId) && newValue?.includes('"settled"')) comeBack();
    };
    const shown = ({ persisted }: PageTransitionEvent) => {
      if (persisted) comeBack();
    };
    addEventListener("online", comeBack);
    addEventListener("pageshow", shown);
    addEventListener("storage", otherTab);
    return () => {
      removeEventListener("online", comeBack);
      removeEventListener("pageshow", shown);
      removeEventListener("storage", otherTab);
    };
  }, [intent, chargeId]);
}

/** While it is open the status is asked for; nothing is sent again until there is news or a press. */
function useAsking(open: boolean, key: string | undefined, intent: RefundIntent) {
  useEffect(() => {
    if (!open || key === undefined) return;
    const since = Date.now();
    let timer: ReturnType<typeof setTimeout>;
    const ask = (asked: number) => {
      timer = setTimeout(
        async () => {
          const visible = document.visibilityState === "visible" && navigator.onLine;
          const told = visible
            ? await api.refunds.status.query({ idempotencyKey: key }).catch(() => undefined)
            : undefined;
          if (told?.state === "completed" || told?.state === "voided") void intent.comeBack();
          else if (Date.now() - since < pollWindowMs) ask(asked + 1);
        },
        pollDelayMs("unknown", asked),
      );
    };
    ask(0);
    return () => clearTimeout(timer);
  }, [open, key, intent]);
}
