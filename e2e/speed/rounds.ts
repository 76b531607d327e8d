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

/** p75 of what a page needed, less what the machine adds to the same on a page that does nothing. */
export function beyondMachine(name: string, took: number[], empty: number[]): number {
  tell(name, took, "an empty page", empty);
  return p75(took) - Math.max(0, p75(empty) - FRAME_MS);
}

/**
 * p75 of what a page needed, as if it had a processor to itself: divided by how many times as long a press took that
 * only computes, and needs `aloneMs` where nothing else runs.
 */
export function onOwnMachine(
  name: string,
  took: number[],
  computing: number[],
  aloneMs: number,
): number {
  tell(name, took, `a page that computes for ${aloneMs} ms`, computing);
  return Math.round(p75(took) / Math.max(1, p75(computing) / aloneMs));
}

function tell(name: string, took: number[], control: string, ofControl: number[]): void {
  console.log(`${name}, ms: ${inOrder(took).join(" ")}`);
  console.log(`of ${control}: ${inOrder(ofControl).join(" ")}`);
}

export function median(times: number[]): number {
  return inOrder(times)[times.length >> 1] ?? Number.NaN;
}

function inOrder(times: number[]): number[] {
  return times.map(Math.round).sort((a, b) => a - b);
}

function p75(times: number[]): number {
  return inOrder(times)[Math.ceil(times.length * 0.75) - 1] ?? Number.NaN;
}
