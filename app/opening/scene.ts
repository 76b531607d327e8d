import type { LaneAudit, TimelineEvent } from "../trpc/outputs.ts";
import type { Money } from "../checkout/intent/record.ts";

/** The two sides of the comparison: a shop without payment keys, and the shop's own `checkout.pay`. */
export const SIDES = ["naive", "idempotent"] as const;
export type Side = (typeof SIDES)[number];

/** What one side did with the one press, each number from where it is known. */
export interface SideStory {
  side: Side;
  /** `fetch()` calls of our code that carried the payment: counted in this page, nobody else knows them. */
  fetches: number;
  /** What our code was told at last; undefined: no answer, nobody knows. */
  answer: "paid" | "declined" | undefined;
  /** Requests as the server received them, stored answers given again: the server's timeline. */
  requests: number;
  replays: number;
  /** Captures, and their sum: the bank's own journal. */
  charges: number;
  captured: Money;
  rows: ArrivalRow[];
}

/** One request that the server received. */
export interface ArrivalRow {
  arrival: number;
  sentBy: TimelineEvent["sentBy"];
  /** After this side's first event, on the server's clock. */
  afterMs: number;
  did: "charged" | "replayed" | "refused" | "nothing";
  answerLost: boolean;
}

/** The arrivals of one lane, from the lines that the server wrote about them. */
export function arrivalsOf(events: readonly TimelineEvent[], side: Side): ArrivalRow[] {
  const own = events.filter((event) => event.lane === side && event.arrival > 0);
  const start = Date.parse(own[0]?.at ?? "");
  const numbers = [...new Set(own.map(({ arrival }) => arrival))].sort((a, b) => a - b);
  return numbers.map((arrival) => {
    const lines = own.filter((event) => event.arrival === arrival);
    const points = lines.map(({ point }) => point);
    const first = lines[0];
    return {
      arrival,
      sentBy: first?.sentBy ?? "client",
      afterMs: Date.parse(first?.at ?? "") - start,
      did: points.includes("after-commit")
        ? "charged"
        : points.includes("replayed")
          ? "replayed"
          : points.includes("refused")
            ? "refused"
            : "nothing",
      answerLost: lines.some(
        ({ point, detail }) => point === "fault" && detail?.fault?.name === "lose-response",
      ),
    };
  });
}

/** A side's story, or undefined while the server has not written it all down. */
export function storyOf(
  side: Side,
  told: {
    audit: readonly LaneAudit[];
    events: readonly TimelineEvent[];
    fetches: number;
    answer: SideStory["answer"];
  },
): SideStory | undefined {
  const counted = told.audit.find(({ lane }) => lane === side);
  if (!counted) return undefined;
  const { requests, replays, charges, captured } = counted;
  const { fetches, answer } = told;
  const rows = arrivalsOf(told.events, side);
  return { side, fetches, answer, requests, replays, charges, captured, rows };
}
