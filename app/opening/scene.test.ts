import { describe, expect, it } from "vitest";
import type { LaneAudit, TimelineEvent } from "../trpc/outputs.ts";
import { resendsOf, sayDifference, saySide } from "./say-scene.ts";
import { arrivalsOf, type Side, storyOf } from "./scene.ts";

let id = 0;
const lost = {
  fault: { entry: "lose-response@1", name: "lose-response", happened: true, decision: "arrival 1" },
};
function line(
  arrival: number,
  point: string,
  more: Partial<TimelineEvent> = {},
  lane: Side = "naive",
): TimelineEvent {
  id += 1;
  return {
    id: String(id),
    at: new Date(1_800_000_000_000 + id * 5).toISOString(),
    orderId: "o",
    idempotencyKey: "k",
    lane,
    arrival,
    fence: null,
    clientAttempt: null,
    sentBy: arrival === 1 ? "you" : "browser",
    point,
    outcome: "none",
    text: point,
    detail: point === "fault" ? lost : null,
    ...more,
  };
}

function audit(lane: Side, requests: number, charges: number): LaneAudit {
  return {
    lane,
    charges,
    captured: { amount: charges * 4800, currency: "EUR" },
    requests,
    executions: charges,
    replays: requests - charges,
    receipts: charges,
    rows: [],
    invariants: [],
  };
}

const charged = (arrival: number) => [
  line(arrival, "arrived"),
  line(arrival, "after-provider"),
  line(arrival, "after-commit"),
  line(arrival, "fault"),
];
const told = (requests: number, charges: number, fetches = 1) => ({
  audit: [audit("naive", requests, charges)],
  events: [],
  fetches,
  answer: undefined,
});

describe("what the opening scene says", () => {
  it("every number of the sentence is a counted one, seven is not among the words", () => {
    const five = storyOf("naive", told(5, 5));
    expect(five && saySide(five, 1)).toBe(
      "You clicked once. Your code called fetch once. The server received 5 requests. The card was charged 5 times: €240.00.",
    );
    const two = storyOf("naive", told(2, 1, 2));
    expect(two && saySide(two, 1)).toBe(
      "You clicked once. Your code called fetch twice. The server received 2 requests. The card was charged once: €48.00.",
    );
  });

  it("a browser that resends nothing is not said to have cost anything", () => {
    const one = storyOf("naive", told(1, 1));
    const key = storyOf("idempotent", {
      ...told(2, 1),
      audit: [audit("idempotent", 2, 1)],
    });
    expect(one && key && sayDifference(one, key)).toMatch(/^This time nothing came twice/);
    expect(one && saySide(one, 1)).toContain("charged once: €48.00");
  });

  it("a side is not told before the server has counted it", () => {
    expect(storyOf("idempotent", told(1, 1))).toBeUndefined();
  });

  it("each arrival says who sent it, what it did, and whether its answer was lost", () => {
    const events = [
      ...charged(1),
      ...charged(2),
      line(1, "arrived", { sentBy: "you" }, "idempotent"),
      line(1, "after-commit", { sentBy: "you" }, "idempotent"),
      line(2, "arrived", { sentBy: "app" }, "idempotent"),
      line(2, "replayed", { sentBy: "app" }, "idempotent"),
      // The completer's own line: nobody delivered it.
      line(0, "after-claim", { sentBy: "completer" }, "idempotent"),
    ];
    expect(arrivalsOf(events, "naive")).toMatchObject([
      { arrival: 1, sentBy: "you", afterMs: 0, did: "charged", answerLost: true },
      { arrival: 2, sentBy: "browser", afterMs: 20, did: "charged", answerLost: true },
    ]);
    expect(arrivalsOf(events, "idempotent")).toMatchObject([
      { sentBy: "you", did: "charged", answerLost: false },
      { sentBy: "app", did: "replayed", answerLost: false },
    ]);
    const story = storyOf("naive", { ...told(2, 2), events });
    expect(story && resendsOf(story)).toBe(1);
  });
});
