import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import { BadPlan, parsePlan } from "./plan.ts";

const KEY = { account: "a", key: "0198c0de-7a11-7abc-8def-0123456789ab" };

function met(plan: string, arrivals: number[]): number[] {
  const [fault] = parsePlan(plan);
  if (!fault) return [];
  return arrivals.filter(
    (arrival) => decide([fault], fault.name, { ...KEY, arrival }) !== undefined,
  );
}

test("a fault meets the arrivals that its plan names, and without any every one", () => {
  const first5 = [1, 2, 3, 4, 5];
  expect(met("lose-response", first5)).toEqual(first5);
  expect(met("lose-response@1", first5)).toEqual([1]);
  expect(met("lose-response@1+4", first5)).toEqual([1, 4]);
  expect(met("stall-after-claim=1500@2", first5)).toEqual([2]);
  expect(met("lose-response@%0#7", first5)).toEqual([]);
  expect(met("lose-response@%100#7", first5)).toEqual(first5);
});

test("a chance is the same run again under the same seed, and about as often as it says", () => {
  const many = Array.from({ length: 2_000 }, (_, at) => at + 1);
  const some = met("lose-response@%30#7", many);
  expect(met("lose-response@%30#7", many)).toEqual(some);
  expect(met("lose-response@%30#8", many)).not.toEqual(some);
  expect(Math.abs(some.length / many.length - 0.3)).toBeLessThan(0.05);
});

test("another key, account or fault draws for itself", () => {
  const plan = parsePlan("lose-response@%50#7,lose-request@%50#7");
  const draws = (name: "lose-response" | "lose-request", at: { account: string; key: string }) =>
    Array.from(
      { length: 64 },
      (_, arrival) => decide(plan, name, { ...at, arrival }) !== undefined,
    ).join();
  const own = draws("lose-response", KEY);
  expect(draws("lose-request", KEY)).not.toBe(own);
  expect(draws("lose-response", { ...KEY, account: "b" })).not.toBe(own);
  expect(draws("lose-response", { ...KEY, key: "another" })).not.toBe(own);
});

test("a plan is comma-separated, and white space between is nothing", () => {
  expect(
    parsePlan(" lose-response@1 , , delay-request=20 ").map(({ name, ms }) => [name, ms]),
  ).toEqual([
    ["lose-response", 0],
    ["delay-request", 20],
  ]);
  expect(parsePlan("")).toEqual([]);
});

test.each([
  "lose-respons",
  "LOSE-RESPONSE",
  "constructor",
  "toString@1",
  "lose-response=5",
  "delay-request",
  "delay-request=",
  "delay-request=-1",
  "delay-request=1e3",
  "delay-request=0x10",
  "delay-request=1.5",
  "delay-request=60001",
  "lose-response@0",
  "lose-response@1,2",
  "lose-response@1+",
  "lose-response@%101#7",
  "lose-response@%30",
  "lose-response@1@2",
  "lose-response@",
  `lose-response${" ".repeat(3_000)}@1`,
])("the plan %s is refused with a sentence, and breaks nothing by guesswork", (plan) => {
  expect(() => parsePlan(plan)).toThrow(BadPlan);
});

test("whatever is written as a plan is faults or a BadPlan, never another error", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[a-z-]{4,20}(=\d+)?(@[%#+\d]+)?$/)),
      (text) => {
        try {
          parsePlan(text);
        } catch (error) {
          expect(error).toBeInstanceOf(BadPlan);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
