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
export async function guiltyLines(lane: LaneName): Promise<Guilty | undefined> {
  const file = `server/lab/lanes/${lane}.ts`;
  const path = join(/* turbopackIgnore: true */ process.cwd(), file);
  const all = (await readFile(path, "utf8")).split("\n");
  const marker = all.findIndex((line) => /^\s*\/\/ cause: \w+$/.test(line));
  const end = all.findIndex((line, at) => at > marker && /^\s*\/\/ end$/.test(line));
  if (marker < 0 || end < 0) return undefined;
  const lines = all.slice(marker + 1, end);
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)),
  );
  return {
    file,
    from: marker + 2,
    to: end,
    cause: all[marker]?.split(": ")[1] ?? "",
    lines: lines.map((line) => line.slice(indent)),
  };
}
