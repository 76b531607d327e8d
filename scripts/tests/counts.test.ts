import { expect, test } from "vitest";
import { redTest, withSilence } from "./counts.ts";

test("a run that ended red without a red test, or that ran none, is red", () => {
  expect(withSilence({ passed: 3, red: [] }, 0, "vitest").red).toEqual([]);
  expect(withSilence({ passed: 3, red: [] }, 1, "vitest").red).toHaveLength(1);
  expect(withSilence({ passed: 0, red: [] }, 0, "vitest").red).toHaveLength(1);
  expect(withSilence({ passed: 3, red: ["a"] }, 1, "vitest").red).toEqual(["a"]);
});

test("a red test is told by where it is, its promise, and what was expected", () => {
  const escape = String.fromCharCode(27);
  const message = `${escape}[31mexpected 1 to be 2${escape}[39m

    at /clone/server/a.test.ts:2:48
    at file:///clone/node_modules/vitest/run.js:302:11
    at new Promise (<anonymous>)`;
  expect(redTest("server/a.test.ts", "one is two", message)).toBe(
    "server/a.test.ts › one is two\n    expected 1 to be 2\n    at /clone/server/a.test.ts:2:48",
  );
});
