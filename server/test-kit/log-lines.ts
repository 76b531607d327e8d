import fs from "node:fs";
import { vi } from "vitest";

/** What is logged from now on, a line an object. pino writes past `process.stdout`, and a moment later while a line is under way: poll. */
export function logLines(): () => Record<string, unknown>[] {
  const written = vi.spyOn(fs, "write");
  return () =>
    written.mock.calls
      .flatMap(([, text]) => String(text).split("\n"))
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
}
