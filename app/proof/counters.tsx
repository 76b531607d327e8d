import type { ReactNode } from "react";
import type { BankCharge, TimelineEvent } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Pill } from "../ui/pill.tsx";
import { OldNumbers } from "./old-numbers.tsx";

/** The three numbers that tell the story without a word. */
export function Counters(props: {
  charges: readonly BankCharge[] | undefined;
  /** The bank's charges are not heard of any more, since when (ms on the page's clock). */
  chargesLostSince: number | undefined;
  events: readonly TimelineEvent[] | undefined;
  sends: number | null;
}) {
  const captured = props.charges;
  const count = captured?.length;
  const tooMany = count !== undefined && count > 1;
  const arrivals = props.events && countArrivals(props.events);
  const sum = captured?.reduce((total, charge) => total + charge.amount - charge.refunded, 0);
  const currency = captured?.[0]?.currency ?? "EUR";
  return (
    <section
      aria-label="In numbers"
      className="grid grid-cols-2 gap-3 min-[700px]:grid-cols-[1.5fr_1fr_1fr]"
    >
      <div
        data-panel
        data-charges={count}
        className={`col-span-2 rounded-panel border px-4 py-3 min-[700px]:col-span-1 ${
          tooMany
            ? "border-fail bg-fail-bg"
            : count === 1
              ? "border-ok bg-ok-bg"
              : "border-line bg-panel"
        }`}
      >
        <p className="flex min-h-[22px] items-center justify-between gap-2 text-small text-muted">
          In the bank&apos;s journal
          {count !== undefined && count > 0 && (
            <Pill tone={tooMany ? "fail" : "ok"}>must be ≤ 1</Pill>
          )}
        </p>
        <p className="text-counter font-bold">
          {count === undefined ? "–" : `Charged ${times(count)}`}
        </p>
        <p className="text-small text-muted">
          {props.chargesLostSince !== undefined ? (
            <OldNumbers lost since={props.chargesLostSince} />
          ) : sum === undefined ? (
            "Asking the bank…"
          ) : count === 0 ? (
            "No money has moved."
          ) : (
            `${formatMoney(sum, currency)} taken from the customer`
          )}
        </p>
      </div>
      <Tile label="Requests the server received" value={arrivals ?? "–"} note="for this order" />
      <Tile
        label="fetch() calls by your code"
        value={props.sends ?? "–"}
        note="counted in this browser"
      />
    </section>
  );
}

/** Arrival 0 is the completer's: it carries on what nobody sent. */
function countArrivals(events: readonly TimelineEvent[]): number {
  const sent = events.filter((event) => event.arrival > 0);
  return new Set(sent.map((event) => `${event.idempotencyKey} ${event.arrival}`)).size;
}

function times(count: number): string {
  return count === 1 ? "1 time" : `${count} times`;
}

function Tile(props: { label: string; value: ReactNode; note: string }) {
  return (
    <div data-panel className="rounded-panel border border-line bg-panel px-4 py-3">
      <p className="text-small text-muted">{props.label}</p>
      <p className="text-counter font-bold">{props.value}</p>
      <p className="text-small text-muted">{props.note}</p>
    </div>
  );
}
