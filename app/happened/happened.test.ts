import { expect, test } from "vitest";
import type { TimelineEvent } from "../trpc/outputs.ts";
import { findParting } from "./find-parting.ts";
import { MARKS, SEGMENTS } from "./marks.ts";
import { tellAttempts } from "./tell-attempts.ts";
import { tellSteps } from "./tell-steps.ts";
import { writeMermaid } from "./write-mermaid.ts";
import { writeSvg } from "./write-svg.ts";

let id = 0;
function event(ms: number, point: string, more: Partial<TimelineEvent> = {}): TimelineEvent {
  return {
    id: String((id += 1)),
    at: new Date(Date.UTC(2026, 0, 1) + ms).toISOString(),
    orderId: "0198c0de-7a11-7abc-8def-0123456789ab",
    idempotencyKey: "0198c0de-7a11-7abc-8def-0123456789ac",
    lane: "idempotent",
    arrival: 1,
    fence: null,
    clientAttempt: null,
    sentBy: "you",
    point,
    outcome: "none",
    text: point,
    detail: null,
    ...more,
  };
}

function fault(name: string, entry = name): Partial<TimelineEvent> {
  return {
    text: `Fault: ${name}`,
    outcome: "unknown",
    detail: { fault: { name, entry, happened: true, decision: "arrival 1 of 1" } },
  };
}

test("each step is named by its whole sentence: when, which request, who to whom, what, and how it ended", () => {
  const steps = tellSteps([
    event(0, "arrived", { text: "You pressed Pay: the request arrived" }),
    event(41, "answered", { outcome: "done", text: "Answers: paid" }),
    event(41, "fault", fault("lose-response")),
  ]);
  expect(steps.map(({ sentence }) => sentence)).toEqual([
    "0 ms, request 1, you to server: You pressed Pay: the request arrived",
    "41 ms, request 1, server to network: Answers: paid, done",
    "41 ms, request 1, server to network: The answer was lost: the connection was dropped, arrival 1 of 1, outcome unknown",
  ]);
  expect(steps.at(-1)).toMatchObject({ lost: true, mark: "unknown" });
});

test("an answer that nobody dropped reaches the browser", () => {
  const [step] = tellSteps([event(0, "answered", { outcome: "done" })]);
  expect(step).toMatchObject({ to: "Browser", mark: "done", lost: false });
});

test("of a request that the network delivers twice, one answer reaches the browser", () => {
  const steps = tellSteps([
    event(0, "answered", { arrival: 2, sentBy: "fault", outcome: "done" }),
    event(9, "answered", { outcome: "done" }),
  ]);
  expect(steps.map(({ to }) => to)).toEqual(["Network", "Browser"]);
});

test("a dead process's lease, a back-off and a hold are bars of their own, not one long run", () => {
  const bars = tellAttempts([
    event(0, "arrived"),
    event(10, "after-claim", { fence: 1 }),
    event(60, "fault", { ...fault("crash-after-provider"), fence: 1 }),
    event(900, "arrived", { arrival: 2, sentBy: "app" }),
    event(6_010, "after-claim", { arrival: 2, sentBy: "app", fence: 2 }),
    event(6_050, "answered", { arrival: 2, sentBy: "app", outcome: "done" }),
  ]);
  const names = bars.map(({ segments }) => segments.map(({ name }) => name));
  expect(names).toEqual([
    ["waiting", "running", "lease"],
    ["backoff", "waiting", "running"],
  ]);
  expect(bars[0]?.segments.at(-1)).toEqual({ name: "lease", fromMs: 60, toMs: 6_010 });
});

test("a held answer is as long as its plan says, though nothing comes after it", () => {
  const bars = tellAttempts([
    event(0, "arrived"),
    event(5, "answered", { outcome: "done" }),
    event(5, "fault", fault("delay-response", "delay-response=1500@1")),
  ]);
  expect(bars[0]?.segments.at(-1)).toEqual({ name: "held", fromMs: 5, toMs: 1_505 });
});

test("two lanes part where one asks the bank again and the other gives the stored answer, not where one keeps books", () => {
  const both = (lane: string) => [
    event(0, "arrived", { lane }),
    event(2, "before-provider", { lane }),
    event(3, "after-provider", { lane }),
    event(4, "answered", { lane, outcome: "done" }),
    event(4, "fault", { lane, ...fault("lose-response") }),
    event(5, "arrived", { lane, arrival: 2, sentBy: "browser" }),
  ];
  const claim = event(1, "after-claim", { fence: 1 });
  const naive = [
    ...both("naive"),
    event(6, "before-provider", { lane: "naive", text: "Asks the bank" }),
  ];
  const [first, ...rest] = both("idempotent");
  const replayed = event(6, "replayed", { outcome: "done", text: "Gave the stored answer again" });
  const idempotent = [...(first ? [first] : []), claim, ...rest, replayed];
  const parting = findParting(tellSteps(naive), tellSteps(idempotent));
  expect(parting).toEqual({
    left: naive.at(-1)?.id,
    right: replayed.id,
    words: "Here they part. Naive: asks the bank. Idempotent: gave the stored answer again.",
  });
  expect(findParting(tellSteps(naive), tellSteps(naive))).toBeUndefined();
  expect(findParting(tellSteps(naive), tellSteps(naive.slice(0, 3)))).toBeUndefined();
});

test("no two marks are the same by glyph and line, so that colour alone never decides", () => {
  for (const table of [Object.values(MARKS), Object.values(SEGMENTS)]) {
    const looks = table.map(({ glyph, dash }) => `${glyph} ${dash}`);
    expect(new Set(looks).size).toBe(looks.length);
  }
});

test("exports say the same steps, and text from outside is text in them", () => {
  const steps = tellSteps([
    event(0, "arrived", { text: 'A <b onload="x">; # & request' }),
    event(9, "fault", fault("lose-response")),
  ]);
  expect(writeMermaid(steps)).toBe(
    [
      "sequenceDiagram",
      ...["You", "Browser", "Network", "Server", "Postgres", "Bank"].map(
        (a) => `  participant ${a}`,
      ),
      '  You->>Server: +0 ms Pay: A <b onload="x">    & request',
      "  Server--xNetwork: +9 ms answer lost: Fault  lose-response".replace("Fault  ", "Fault: "),
      "",
    ].join("\n"),
  );
  const svg = writeSvg(steps, (token) => `#${token}`);
  expect(svg.startsWith("<svg ")).toBe(true);
  expect(svg).toContain("answer lost");
  expect(svg).not.toContain("<b ");
});
