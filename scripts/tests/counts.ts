/** What ran. Each failure is told in words, so none is only a number: where a log is cut, its end still says what was red. */
export interface Counts {
  passed: number;
  red: string[];
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
const LINES = 12;

/** One failure, in the lines that say what was expected; the rest stands where it happened. */
export function redTest(where: string, name: string, message: string): string {
  const lines = message
    .replace(COLOURS, "")
    .split("\n")
    .map((line) => line.trim().slice(0, 240))
    .filter((line) => line !== "" && !/node_modules|^at new Promise/.test(line));
  return [`${where} › ${name}`, ...lines.slice(0, LINES)].join("\n    ");
}

/** Silence is never green: a run without a test, or one that ended red with none that is. */
export function withSilence(counts: Counts, code: number, runner: string): Counts {
  const { passed, red } = counts;
  if (red.length > 0) return counts;
  if (passed === 0) return { passed, red: [`${runner} ran no test: its lines above say why`] };
  if (code === 0) return counts;
  return { passed, red: [`${runner} ended with ${code} and no red test: its lines above say why`] };
}
