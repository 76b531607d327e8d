import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const CORE = import.meta.dirname;
const PACKAGE = join(CORE, "..");
/** What ten minutes of reading are enough for. */
const LINES_MAX = 500;

const sourcesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test(-d)?\.ts$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));

const WRITES = /\b(insert\s+into|update|delete\s+from|merge\s+into)\s+idempotency_(keys|steps)\b/i;

const writersAmong = (sources: { file: string; text: string }[]) =>
  sources.filter(({ text }) => WRITES.test(text)).map(({ file }) => file);

test("nothing but the core writes a key's row or its steps", () => {
  const writers = writersAmong(sourcesIn(PACKAGE));
  expect(writers.filter((file) => !file.startsWith("core"))).toEqual([]);
  expect(writers).not.toEqual([]);
});

test("a statement that writes elsewhere would be found", () => {
  const stray = {
    file: "stray.ts",
    text: "sql`update\n  idempotency_keys set state = 'released'`",
  };
  expect(writersAmong([stray])).toEqual(["stray.ts"]);
});

test("the core is read in ten minutes: at most 500 lines beside comments", () => {
  const lines = sourcesIn(CORE)
    .flatMap(({ text }) => text.split("\n"))
    .filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line));
  expect(lines.length).toBeLessThanOrEqual(LINES_MAX);
  expect(lines.length).toBeGreaterThan(LINES_MAX / 2);
});
