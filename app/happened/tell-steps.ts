import { sayFault } from "../faults/fault-words.ts";
import type { TimelineEvent } from "../trpc/outputs.ts";
import type { MarkName } from "./marks.ts";
import { placeFault } from "./place-fault.ts";
import { type Actor, sayMs, type Step } from "./step.ts";

type Place = Pick<Step, "from" | "to" | "mark" | "label"> & { lost?: boolean };

const SENDERS: Record<TimelineEvent["sentBy"], { from: Actor; mark: MarkName; label: string }> = {
  you: { from: "You", mark: "request", label: "Pay" },
  app: { from: "Browser", mark: "request", label: "your code asks again" },
  browser: { from: "Browser", mark: "resend", label: "resent by the browser" },
  fault: { from: "Network", mark: "resend", label: "delivered twice" },
  completer: { from: "Server", mark: "note", label: "the completer" },
  bank: { from: "Bank", mark: "charge", label: "event" },
  client: { from: "Network", mark: "request", label: "another client" },
};

const POINTS: Record<string, Place> = {
  "after-claim": { from: "Server", to: "Postgres", mark: "note", label: "claims the key" },
  "before-provider": { from: "Server", to: "Bank", mark: "charge", label: "charge" },
  "after-provider": { from: "Bank", to: "Server", mark: "charge", label: "answered" },
  "before-commit": { from: "Server", to: "Postgres", mark: "note", label: "about to commit" },
  "after-commit": { from: "Server", to: "Postgres", mark: "done", label: "committed" },
  replayed: { from: "Postgres", to: "Server", mark: "replay", label: "the stored answer" },
  refused: { from: "Postgres", to: "Server", mark: "refused", label: "refused" },
  released: { from: "Server", to: "Postgres", mark: "refused", label: "released" },
  voided: { from: "Server", to: "Postgres", mark: "refused", label: "given up" },
  unknown: { from: "Bank", to: "Server", mark: "unknown", label: "no clear answer", lost: true },
  "needs-review": { from: "Server", to: "Postgres", mark: "unknown", label: "for a person" },
  fenced: { from: "Server", to: "Postgres", mark: "refused", label: "fenced off", lost: true },
};

const OUTCOMES = {
  done: "done",
  refused: "refused",
  unknown: "outcome unknown",
  none: "",
} as const;

const NEVER_ARRIVES = new Set(["lose-response", "truncate-response"]);

/** Events as steps, in their order. `lanes`: whether the sentence has to say which lane it speaks of. */
export function tellSteps(events: readonly TimelineEvent[], lanes = false): Step[] {
  const start = Date.parse(events[0]?.at ?? "");
  const lostAnswers = new Set(
    events
      .filter(({ detail }) => detail?.fault?.happened && NEVER_ARRIVES.has(detail.fault.name))
      .map(deliveryOf),
  );
  return events.map((event) => {
    const place = placeOf(event, lostAnswers.has(deliveryOf(event)));
    const afterMs = Date.parse(event.at) - start;
    const text = sayFault(event.text);
    const way =
      place.from === place.to
        ? `at the ${place.from.toLowerCase()}`
        : `${place.from} to ${place.to}`.toLowerCase();
    const who = event.arrival > 0 ? `request ${event.arrival}` : sayWho(event.sentBy);
    const parts = [sayMs(afterMs), lanes ? `${event.lane} lane` : "", who, way];
    const outcome = OUTCOMES[event.outcome];
    const decision = event.detail?.fault?.decision;
    return {
      event,
      lost: false,
      ...place,
      afterMs,
      sentence: `${parts.filter(Boolean).join(", ")}: ${[text, decision, outcome].filter(Boolean).join(", ")}`,
    };
  });
}

function placeOf(event: TimelineEvent, answerLost: boolean): Place {
  const { point, detail, sentBy } = event;
  if (point === "arrived") {
    const sender = SENDERS[sentBy];
    const pressed = sentBy === "you" ? /^You pressed (\w+)/.exec(event.text)?.[1] : undefined;
    return { ...sender, ...(pressed && { label: pressed }), to: "Server" };
  }
  if (point === "fault" || point === "spared")
    return placeFault(detail?.fault?.name ?? "", point === "fault");
  if (point === "answered") {
    const status = detail?.answer?.status;
    const replayed = detail?.headers?.["idempotent-replayed"] === "true";
    const mark =
      event.outcome === "done"
        ? replayed
          ? "replay"
          : "done"
        : event.outcome === "unknown"
          ? "unknown"
          : "refused";
    return {
      from: "Server",
      // The copy that the network made goes back to the network: the client waits for one answer.
      to: answerLost || sentBy === "fault" ? "Network" : "Browser",
      mark,
      label: `answer ${status ?? ""}`,
    };
  }
  const known = POINTS[point];
  if (!known) return { from: "Server", to: "Server", mark: "note", label: point };
  // A lane without a key passes this point too, and claims nothing.
  if (point === "after-claim" && !/^(Claimed|Took)/.test(event.text))
    return { from: "Server", to: "Server", mark: "note", label: "starts to pay" };
  if (point === "after-claim" && (event.fence ?? 1) > 1)
    return { ...known, label: `takes over, fence ${event.fence}` };
  if (point === "refused")
    return { ...known, label: /[A-Z_]{6,}/.exec(event.text)?.[0] ?? "refused" };
  return known;
}

/** One delivery: what belongs together. */
export function deliveryOf(event: TimelineEvent): string {
  const nobodys = event.arrival === 0 ? event.sentBy : "";
  return `${event.lane} ${event.idempotencyKey} ${event.arrival}${nobodys}`;
}

/** Who carries on what nobody asked for. */
function sayWho(sentBy: TimelineEvent["sentBy"]): string {
  return sentBy === "bank" ? "the bank's event" : "the completer";
}
