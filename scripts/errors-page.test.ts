import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES } from "../server/idempotency/index.ts";

const page = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split("\n")[0] ?? "", section]),
);

test("docs/errors.md has a section for each code of the table, and for no other", () => {
  expect([...sections.keys()].toSorted()).toEqual(Object.keys(CODES).toSorted());
});

test.each(Object.entries(CODES))("%s: the page says what the table says", (code, row) => {
  const section = sections.get(code) ?? "";
  expect(section).toContain(`HTTP ${row.http} · tRPC \`${row.trpc}\``);
  expect(section).toContain(`ask again by itself: ${row.retryable ? "yes" : "no"}`);
  expect(section).toContain(`the same key: ${row.sameKey ? "yes" : "no"}`);
  expect(section).toContain(`> ${row.sentence}`);
});
