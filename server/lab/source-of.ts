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

/** Marked lines, with the invariant that their marker names. */
export interface Guilty extends Source {
  cause: string;
}

/**
 * Reads the code that ran: a function or constant that begins a line, with its doc comment, or the first marked lines.
 * @throws {Error} when it is not there: a page that shows other code than runs would lie
 */
export async function sourceOf({ file, name }: Place): Promise<Source> {
  const found =
    name === undefined ? (await guiltyLines(file))[0] : declared(file, await linesOf(file), name);
  if (found === undefined) throw new Error(`${file} has no ${name ?? "marked lines"} any more`);
  return found;
}

/** Everything that stands between a `// cause: S1` and its `// end`, so that the page shows the code that ran. */
export async function guiltyLines(file: string): Promise<Guilty[]> {
  const all = await linesOf(file);
  return all.flatMap((line, marker) => {
    const cause = /^\s*\/\/ cause: (\w+)$/.exec(line)?.[1];
    const end = all.findIndex((one, at) => at > marker && /^\s*\/\/ end$/.test(one));
    return cause === undefined || end < 0 ? [] : [{ ...cut(file, all, marker + 1, end), cause }];
  });
}

function declared(file: string, all: string[], name: string): Source | undefined {
  const start = new RegExp(`^(export )?(const|(async )?function) ${name}\\b`);
  const at = all.findIndex((line) => start.test(line));
  if (at < 0) return undefined;
  // Up to whatever begins a line next: a statement of SQL ends with its text and has no brace.
  const next = all.findIndex((line, number) => number > at && /^[\w/]/.test(line));
  const end = all.findLastIndex((line, number) => (next < 0 || number < next) && line !== "");
  const before = all[at - 1] ?? "";
  // A doc comment belongs to its function: on one line, or from its opening to its end.
  const comment = before.startsWith("/**") ? at - 1 : all.lastIndexOf("/**", at);
  const documented = before.startsWith("/**") || before === " */";
  return cut(file, all, documented ? comment : at, end + 1);
}

/** @param from, to as of `slice`: from 0, the last not included */
function cut(file: string, all: string[], from: number, to: number): Source {
  const lines = all.slice(from, to);
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return { file, from: from + 1, to, lines: lines.map((line) => line.slice(indent)) };
}

async function linesOf(file: string): Promise<string[]> {
  const path = join(/* turbopackIgnore: true */ process.cwd(), file);
  return (await readFile(path, "utf8")).split("\n");
}
