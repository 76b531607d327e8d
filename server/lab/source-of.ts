import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "./demonstrations/demonstration.ts";

/** A piece of a source file as it stands on disk. Line numbers from 1. */
export interface Source {
  file: string;
  from: number;
  to: number;
  lines: string[];
}

/**
 * Reads the code that ran: a function or constant that begins a line, with its doc comment, or what stands between
 * `// cause: …` and `// end`. @throws {Error} when it is not there: a page that shows other code than runs would lie
 */
export async function sourceOf({ file, name }: Place): Promise<Source> {
  const path = join(/* turbopackIgnore: true */ process.cwd(), file);
  const all = (await readFile(path, "utf8")).split("\n");
  const [from, to] = name === undefined ? marked(all) : declared(all, name);
  if (from < 0 || to < 0) throw new Error(`${file} has no ${name ?? "marked lines"} any more`);
  const lines = all.slice(from, to);
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)),
  );
  return { file, from: from + 1, to, lines: lines.map((line) => line.slice(indent)) };
}

function marked(all: string[]): [from: number, to: number] {
  const marker = all.findIndex((line) => /^\s*\/\/ cause: \w+$/.test(line));
  const end = all.findIndex((line, at) => at > marker && /^\s*\/\/ end$/.test(line));
  return [marker < 0 ? -1 : marker + 1, end];
}

function declared(all: string[], name: string): [from: number, to: number] {
  const start = new RegExp(`^export (const|(async )?function) ${name}\\b`);
  const at = all.findIndex((line) => start.test(line));
  const end = all.findIndex((line, number) => number > at && line.startsWith("}"));
  const before = all[at - 1] ?? "";
  // A doc comment belongs to its function: on one line, or from its opening to its end.
  const comment = before.startsWith("/**") ? at - 1 : all.lastIndexOf("/**", at);
  const documented = before.startsWith("/**") || before === " */";
  return [documented ? comment : at, end < 0 ? -1 : end + 1];
}
