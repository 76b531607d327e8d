import { expect, test } from "vitest";
import { parsePlan } from "../../server/faults/plan.ts";
import { readLaneAnswer } from "./bench/read-lane-answer.ts";
import { laneWords } from "./lane-words.ts";
import { FAULT_GROUPS, WHEN } from "./fault-groups.ts";
import { asMet, onlyMet, withEntry, withSeed } from "./plan-text.ts";

const offered = FAULT_GROUPS.flatMap(({ faults }) => faults);

test("the panel offers every fault that the server's parser knows", () => {
  let known: string[] = [];
  try {
    parsePlan("no-such-fault");
  } catch (error) {
    known = /Known: (.*)\.$/.exec(String(error))?.[1]?.split(", ") ?? [];
  }
  expect(known.length).toBeGreaterThanOrEqual(20);
  expect(offered.map(([name]) => name)).toEqual(expect.arrayContaining(known));
  expect(new Set(offered.map(([name]) => name)).size).toBe(offered.length);
  const entries = offered
    .filter(([name]) => known.includes(name))
    .map(([name, ms]) => (ms === undefined ? name : `${name}=${ms}`));
  for (const { value, text } of WHEN)
    for (const entry of entries)
      expect(() => parsePlan(`${entry}${text}${value === "chance" ? "7" : ""}`)).not.toThrow();
});

test("an entry is exchanged in its place, added at the end, and taken out", () => {
  const plan = "lose-response@1, delay-request=20";
  expect(withEntry(plan, "lose-response", "lose-response@2")).toBe(
    "lose-response@2,delay-request=20",
  );
  expect(withEntry(plan, "deliver-twice", "deliver-twice")).toBe(
    "lose-response@1,delay-request=20,deliver-twice",
  );
  expect(withEntry(plan, "lose-response", "")).toBe("delay-request=20");
});

test("a seed is written into every chance, and into nothing else", () => {
  expect(withSeed("lose-response@%30#7,deliver-twice@1,crash-after-claim@%5#7", "42")).toBe(
    "lose-response@%30#42,deliver-twice@1,crash-after-claim@%5#42",
  );
});

const met = (arrival: number, entry: string, happened = true) => ({
  arrival,
  detail: { fault: { name: entry.replace(/[=@].*/, ""), entry, happened } },
});

test("the same again: a chance becomes the arrivals that met it, also when they came out of order", () => {
  const plan = "lose-response@%30#7,delay-response=50@%10#7,deliver-twice@1,crash-after-claim@%5#7";
  const events = [
    met(4, "lose-response@%30#7"),
    met(1, "lose-response@%30#7"),
    met(2, "lose-response@%30#7", false),
    met(3, "delay-response=50@%10#7"),
  ];
  const again = asMet(plan, events);
  expect(again).toBe("lose-response@1+4,delay-response=50@3,deliver-twice@1");
  expect(() => parsePlan(again)).not.toThrow();
});

test("a fork keeps what has happened so far, and nothing of what was still to come", () => {
  expect(onlyMet([met(1, "lose-response@1+2+3"), met(1, "deliver-twice", false)])).toBe(
    "lose-response@1",
  );
});

test("no answer of a lane that may have charged is ever worded as failed", () => {
  const answers = [
    readLaneAnswer(
      502,
      '{"error":{"message":"The payment failed.","data":{"code":"BAD_GATEWAY"}}}',
    ),
    readLaneAnswer(500, "<html>"),
    readLaneAnswer(200, '{"result":{"data":{"sta'),
  ];
  for (const state of answers) {
    expect(state.at).toBe("unknown-naive");
    const { heading, body } = laneWords(state, "€48.00", "none");
    expect(heading).toBe("We don't know if you were charged");
    expect(body).toMatch(/^This version has no payment key\. Trying again may charge you again\./);
  }
});

test("a refusal of a lane is told by its code", () => {
  const text =
    '{"error":{"message":"No.","data":{"code":"CONFLICT","idempotency":{"code":"KEY_REUSED"}}}}';
  expect(readLaneAnswer(422, text)).toEqual({ at: "refused", code: "KEY_REUSED", said: "No." });
});
