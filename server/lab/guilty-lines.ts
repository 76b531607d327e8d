import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LaneName } from "./lane.ts";

export interface Guilty {
  /** From the project's root. */
  file: string;
  /** Line numbers of `lines`, from 1. */
  from: number;
  to: number;
  /** The invariant named by the marker. */
  cause: string;
  lines: string[];
}

/** Reads what stands between `// cause: S1` and `// end` in a lane's own file, so that the page shows the code that ran. */
export async function guiltyLines(lane: LaneName): Promise<Guilty[]> {
  const file = `server/lab/lanes/${lane}.ts`;
  const path = join(/* turbopackIgnore: true */ process.cwd(), file);
  const all = (await readFile(path, "utf8")).split("\n");
  return all.flatMap((line, marker) => {
    const cause = /^\s*\/\/ cause: (\w+)$/.exec(line)?.[1];
    const end = all.findIndex((one, at) => at > marker && /^\s*\/\/ end$/.test(one));
    if (cause === undefined || end < 0) return [];
    return [{ file, from: marker + 2, to: end, cause, lines: dedent(all.slice(marker + 1, end)) }];
  });
}

function dedent(lines: string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...indents)));
}
