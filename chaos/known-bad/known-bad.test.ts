import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openPlace } from "../histories/open-place.ts";
import { runMany } from "../histories/run-many.ts";
import type { Property } from "../histories/witness.ts";
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
      const [first] = found?.violations ?? [];
      console.log(`seen at seed ${found?.seed}: ${first?.property}, ${first?.said}`);
      const hurt = found?.violations.map(({ property }) => property) ?? [];
      expect(hurt.filter((property) => hurts.includes(property))).not.toEqual([]);
    } finally {
      await place.close();
    }
  });
});

const page = readFileSync(new URL("../../docs/known-bad.md", import.meta.url), "utf8");

const said: Partial<Record<Property, string>> = {
  refusal: "a refusal",
  frozen: "the frozen request",
  recorded: "the recorded step",
};

test("docs/known-bad.md names each of them with what it hurts, at least 20, and every test that it points at exists", () => {
  const rows = new Map(
    [...page.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].map(([, name, hurts]) => [name, hurts]),
  );
  for (const { name, hurts } of KNOWN_BAD)
    expect(rows.get(name)?.split(/, | or /), name).toEqual(hurts.map((one) => said[one] ?? one));
  expect(KNOWN_BAD.length).toBeGreaterThanOrEqual(20);
  const pointed = [...page.matchAll(/`([^`]+\.test\.ts)` "(.+?)" *\|/g)];
  expect(pointed.length).toBeGreaterThan(3);
  for (const [, file = "", title = ""] of pointed)
    expect(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")).toContain(title);
});
