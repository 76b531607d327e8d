/** One frame at 60 Hz: what an empty page needs on a machine that has nothing else to do. */
const FRAME_MS = 17;
/** What else the machine does adds and never takes: the best round is the one nearest to the page itself. */
const ROUNDS_MAX = 3;

/** Measures until a round keeps the limit, three times at most. @returns what each round gave, the best first */
export async function measureRounds(
  limitMs: number,
  measure: () => Promise<number>,
): Promise<number[]> {
  const rounds: number[] = [];
  while (rounds.length < ROUNDS_MAX && !(Math.min(...rounds) <= limitMs)) {
    rounds.push(await measure());
  }
  return rounds.sort((a, b) => a - b);
}

/**
 * p75 of what a page needed, less what the machine adds to the same on a page that does nothing, or little.
 * @param alone what such a page needs where nothing else runs
 */
export function beyondMachine(
  name: string,
  took: number[],
  control: number[],
  alone = FRAME_MS,
): number {
  console.log(`${name}, ms: ${inOrder(took).join(" ")}`);
  console.log(`of a page that needs ${alone}: ${inOrder(control).join(" ")}`);
  return p75(took) - Math.max(0, p75(control) - alone);
}

function inOrder(times: number[]): number[] {
  return times.map(Math.round).sort((a, b) => a - b);
}

function p75(times: number[]): number {
  return inOrder(times)[Math.ceil(times.length * 0.75) - 1] ?? Number.NaN;
}
