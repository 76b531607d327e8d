import type { ReactNode } from "react";
import type { LaneAudit, TimelineEvent } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Pill, type Tone } from "../ui/pill.tsx";

/** One lane's five numbers. Three are the server's and the bank's; two only this page can know, and it says so. */
export interface LaneNumbers {
  lane: string;
  title: string;
  audit: LaneAudit | undefined;
  /** Something has happened since `audit` was counted, so it may not be enough to say that all is well. */
  behind: boolean;
  clicks: number;
  fetches: number;
}

/** Requests as the server received them: arrival 0 is the completer's or the bank's. */
export function countRequests(events: readonly TimelineEvent[], lane: string): number {
  return events.filter(
    (event) => event.lane === lane && event.point === "arrived" && event.arrival > 0,
  ).length;
}

/** 7 / 1 / 1 / 7 / €336.00 tells it without a word. @param old what stands here may be out of date */
export function Strip(props: {
  numbers: readonly LaneNumbers[];
  events: readonly TimelineEvent[] | undefined;
  old: boolean;
}) {
  const { numbers, events } = props;
  const worst = Math.max(...numbers.map(({ audit }) => audit?.charges ?? 0));
  const tiles: [label: string, note: string, value: (of: LaneNumbers) => ReactNode][] = [
    ["Clicks", "counted in this page", ({ clicks }) => clicks],
    ["fetch() calls", "counted in this page", ({ fetches }) => fetches],
    [
      "Requests the server received",
      "from its timeline",
      ({ lane }) => (events ? countRequests(events, lane) : "–"),
    ],
    [
      "Customer out of pocket",
      "from the bank's statement",
      ({ audit }) => (audit ? formatMoney(audit.captured.amount, audit.captured.currency) : "–"),
    ],
  ];
  return (
    <section
      aria-label="In numbers"
      data-old={props.old || undefined}
      className="grid grid-cols-2 gap-3 data-old:opacity-60 min-[900px]:grid-cols-[1.4fr_1fr_1fr_1.2fr_1.2fr]"
    >
      <div
        data-panel
        className={`col-span-2 rounded-panel border px-4 py-3 min-[900px]:col-span-1 ${worst > 1 ? "border-fail bg-fail-bg" : "border-line bg-panel"}`}
      >
        <p className="text-small text-muted">Charges for this order</p>
        {numbers.map((of) => (
          <Value key={of.lane} of={of} many={numbers.length > 1} name="charges">
            {of.audit?.charges ?? "–"}
            <span className="ml-2 align-middle text-body font-normal">
              <Pill tone={toneOf(of)}>must be ≤ 1</Pill>
            </span>
          </Value>
        ))}
        <p className="text-small text-muted">in the bank&apos;s journal</p>
      </div>
      {tiles.map(([label, note, value]) => (
        <div key={label} data-panel className="rounded-panel border border-line bg-panel px-4 py-3">
          <p className="text-small text-muted">{label}</p>
          {numbers.map((of) => (
            <Value key={of.lane} of={of} many={numbers.length > 1} name={label}>
              {value(of)}
            </Value>
          ))}
          <p className="text-small text-muted">{note}</p>
        </div>
      ))}
    </section>
  );
}

/** Two charges stay two; one is only good news once everything that happened has been counted. */
function toneOf({ audit, behind }: LaneNumbers): Tone {
  if (audit && audit.charges > 1) return "fail";
  return behind ? "plain" : "ok";
}

function Value(props: { of: LaneNumbers; many: boolean; name: string; children: ReactNode }) {
  const { of, many } = props;
  return (
    <p
      data-number={props.name}
      data-lane={of.lane}
      className={many ? "flex items-baseline justify-between gap-2" : ""}
    >
      <span className={many ? "truncate text-small text-muted" : "sr-only"}>{of.title}</span>
      <span className={`font-bold whitespace-nowrap ${many ? "text-heading" : "text-counter"}`}>
        {props.children}
      </span>
    </p>
  );
}
