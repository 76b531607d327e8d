import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePlan } from "../faults/plan.ts";
import { drawPlan } from "./draw-plan.ts";
import { stormSettings } from "./settings.ts";

const { plan } = stormSettings.parse({});

test("the same seed draws the same faults for the same order, whatever its key is", () => {
  fc.assert(
    fc.property(fc.nat(999_999), fc.nat(2_000), (seed, order) => {
      expect(drawPlan(plan, seed, order)).toBe(drawPlan(plan, seed, order));
      expect(() => parsePlan(drawPlan(plan, seed, order))).not.toThrow();
    }),
  );
});

test("another seed is another storm, and a chance of 30 % comes to 30 %", () => {
  const drawn = Array.from({ length: 500 }, (_, order) =>
    drawPlan("lose-response@%30#1", 7, order),
  );
  const other = Array.from({ length: 500 }, (_, order) =>
    drawPlan("lose-response@%30#1", 8, order),
  );
  expect(drawn).not.toEqual(other);
  const met = drawn.join(" ").match(/\d+/g)?.length ?? 0;
  expect(met / (500 * 24)).toBeGreaterThan(0.27);
  expect(met / (500 * 24)).toBeLessThan(0.33);
});

test("what is not left to chance stays as it was written", () => {
  expect(drawPlan("lose-response@1+2,delay-response=200", 7, 3)).toBe(
    "lose-response@1+2,delay-response=200",
  );
});
