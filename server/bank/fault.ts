import { PLAINLY, type Telling } from "./announce.ts";
import { invalid } from "./stripe-error.ts";

/** What goes wrong with one request. Faults are no part of a request's fingerprint. */
export interface Fault {
  /** Ends the request before anything is read or done. */
  before: "error" | "rate-limit" | null;
  /** Everything is done and stored; what becomes of the answer. */
  after: "error" | "timeout" | "reset" | "garbage" | null;
  /** How long the bank is busy with the request, in milliseconds; its key is in use meanwhile. */
  busyMs: number;
  /** How the events of what it does arrive. */
  telling: Telling;
}

const BUSY_MAX_MS = 60_000;

/**
 * Reads `X-Bank-Fault`, one or several separated by commas:
 * - `error-before`: 500, nothing done; `rate-limit-before`: 429 with Retry-After, nothing done
 * - `delay=<ms>`: waits, then does it
 * - `error-after`: does it, answers 500; `timeout-after`: does it, never answers
 * - `reset-after`: does it, resets the connection; `garbage-after`: does it, answers 200 with half a body
 * - `webhook-twice`, `webhook-late=<ms>`, `webhook-reordered`, `webhook-lost`: how its events arrive
 *
 * Throws a 400 for another word: a misspelt fault must not pass as a run without one.
 */
export function readFault(header: string | undefined): Fault {
  const fault: Fault = { before: null, after: null, busyMs: 0, telling: { ...PLAINLY } };
  for (const word of (header ?? "").split(",").map((part) => part.trim())) {
    if (word !== "") apply(fault, word);
  }
  return fault;
}

function apply(fault: Fault, word: string): void {
  const delay = /^delay=(\d{1,5})$/.exec(word);
  const late = /^webhook-late=(\d{1,5})$/.exec(word);
  if (delay !== null) fault.busyMs = Math.min(Number(delay[1]), BUSY_MAX_MS);
  else if (word === "error-before") fault.before = "error";
  else if (word === "rate-limit-before") fault.before = "rate-limit";
  else if (word === "error-after") fault.after = "error";
  else if (word === "timeout-after") fault.after = "timeout";
  else if (word === "reset-after") fault.after = "reset";
  else if (word === "garbage-after") fault.after = "garbage";
  else if (late !== null) fault.telling.lateMs = Math.min(Number(late[1]), BUSY_MAX_MS);
  else if (word === "webhook-twice") fault.telling.twice = true;
  else if (word === "webhook-reordered") fault.telling.reordered = true;
  else if (word === "webhook-lost") fault.telling.lost = true;
  else throw invalid(`Unknown fault in X-Bank-Fault: ${word.slice(0, 40)}`);
}
