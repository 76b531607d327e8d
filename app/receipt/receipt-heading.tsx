"use client";

import Link from "next/link";
import { useEffect } from "react";
import type { Order } from "../trpc/outputs.ts";
import { buttonLook } from "../ui/button-look.ts";
import { DateAndClock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { glyphs, type Tone } from "../ui/pill.tsx";
import { boxes, inks } from "../ui/tone-looks.ts";
import type { ReceiptState } from "./receipt-state.ts";

interface Words {
  tone: Tone;
  tab: string;
  heading: string;
  body: string;
  /** Where to go from here. Never a way to pay. */
  link: "shop" | "checkout";
}

const table: Record<ReceiptState, (total: string) => Words> = {
  paid: (total) => ({
    tone: "ok",
    tab: "✓ Paid",
    heading: `Paid ${total}`,
    body: "You were charged once. This page is your receipt.",
    link: "shop",
  }),
  refunded: (total) => ({
    tone: "ok",
    tab: "✓ Refunded",
    heading: "Refunded",
    body: `You had paid ${total}, and it was given back in full.`,
    link: "shop",
  }),
  unknown: () => ({
    tone: "unknown",
    tab: "? Unknown",
    heading: "We don't know yet if you were charged",
    body: "The bank's answer is still to come. There is nothing to do: your receipt appears here by itself, and you will not be charged twice.",
    link: "checkout",
  }),
  review: () => ({
    tone: "unknown",
    tab: "? Unknown",
    heading: "We are still finding out",
    body: "The bank gave no clear answer, and a person looks at this payment. You will not be charged again for it.",
    link: "checkout",
  }),
  "not-paid": () => ({
    tone: "plain",
    tab: "Not paid",
    heading: "Not paid yet",
    body: "Nothing was taken for this order. Its receipt will be here once it is paid.",
    link: "checkout",
  }),
  looking: () => ({
    tone: "plain",
    tab: "Receipt",
    heading: "Receipt",
    body: "Looking for your order…",
    link: "shop",
  }),
};

/** What the page says first: whether money moved, and what to do. */
export function ReceiptHeading({
  state,
  order,
}: {
  state: ReceiptState;
  order: Order | undefined;
}) {
  const money = order?.charge ?? order?.total;
  const words = table[state](money ? formatMoney(money.amount, money.currency) : "");
  useEffect(() => {
    document.title = `${words.tab} · Receipt · PayOnce`;
  }, [words.tab]);
  return (
    <div data-panel className={`rounded-panel border border-l-4 px-4 py-3.5 ${boxes[words.tone]}`}>
      <h1 className={`flex gap-2.5 text-heading font-semibold ${inks[words.tone]}`}>
        {glyphs[words.tone] && <span aria-hidden="true">{glyphs[words.tone]}</span>}
        <span>{words.heading}</span>
      </h1>
      <p role="status" className="mt-1.5">
        {words.body}
      </p>
      {order?.charge && (
        <p className="mt-1 text-muted">
          <DateAndClock at={order.charge.paidAt} />
        </p>
      )}
      <p className="mt-3 print:hidden">
        <Link
          href={words.link === "shop" ? "/" : `/checkout/${order?.orderId ?? ""}`}
          className={`inline-flex items-center bg-panel ${buttonLook.quiet}`}
        >
          {words.link === "shop" ? "Back to the shop" : "Back to the checkout"}
        </Link>
      </p>
    </div>
  );
}
