import { expect, test } from "vitest";
import { onOwnMachine } from "./rounds.ts";

test("a page that is slow by itself is slow however busy its machine was", () => {
  const alone = 50;
  const busy = [100, 100, 150, 150];
  expect(onOwnMachine("quick", [180, 200, 240, 300], busy, alone)).toBe(80);
  expect(onOwnMachine("slow", [600, 600, 660, 900], busy, alone)).toBe(220);
  // A machine that was quicker meanwhile excuses nothing.
  expect(onOwnMachine("slow", [120, 120, 120, 120], [30, 30, 30, 30], alone)).toBe(120);
});
