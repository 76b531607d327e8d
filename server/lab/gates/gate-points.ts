/** Where an attempt can be held: the points of a payment's life at which no transaction is open. */
export const GATE_POINTS = [
  "before-claim",
  "after-claim",
  "before-provider",
  "after-provider",
  "before-commit",
  "after-commit",
] as const;
export type GatePoint = (typeof GATE_POINTS)[number];

/** One run: all attempts for one key in one lane. */
export interface Run {
  account: string;
  lane: string;
  runKey: string;
}

/** A is the first arrival, Z the last that can be told apart. */
export function attemptName(arrival: number): string {
  return String.fromCharCode(64 + Math.min(Math.max(arrival, 1), 26));
}

export function arrivalOf(attempt: string): number {
  return attempt.charCodeAt(0) - 64;
}
