import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openPlace } from "../histories/open-place.ts";
import { runMany } from "../histories/run-many.ts";
import { KNOWN_BAD } from "./table.ts";

/** Most are found among the first 50 histories; a variant that lives through all of these is not seen by the suite. */
const HISTORIES_MAX = 2_000;

describe("the histories find out every defence that is taken out", () => {
  test.for(KNOWN_BAD)("$name", { timeout: 300_000 }, async ({ hurts, seed = 1, ...variant }) => {
    const place = await openPlace(variant);
    try {
      const { found } = await runMany(place, {
        seed,
        count: HISTORIES_MAX,
        atOnce: 12,
        variant,
        shrinks: false,
      });
      console.log(`seen at seed ${found?.seed}: ${found?.violations[0]?.said}`);
      expect(found?.violations[0]?.property).toMatch(hurts);
    } finally {
      await place.close();
    }
  });
});

const page = readFileSync(new URL("../../docs/known-bad.md", import.meta.url), "utf8");

test("docs/known-bad.md names each of them, at least 20, and every test that it points at exists", () => {
  const missing = KNOWN_BAD.filter(({ name }) => !page.includes(`| ${name} `));
  expect(missing.map(({ name }) => name)).toEqual([]);
  expect(KNOWN_BAD.length).toBeGreaterThanOrEqual(20);
  const pointed = [...page.matchAll(/`([^`]+\.test\.ts)` "(.+?)" *\|/g)];
  expect(pointed.length).toBeGreaterThan(3);
  for (const [, file = "", title = ""] of pointed)
    expect(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")).toContain(title);
});
