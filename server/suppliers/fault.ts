import { Refusal } from "./refusal.ts";

/** What goes wrong with one request. No part of its fingerprint. */
export interface Fault {
  /** Ends the request before anything is done. */
  before: boolean;
  /** Everything is done and stored; what becomes of the answer. */
  after: "error" | "timeout" | "reset" | null;
  /** How long the desk is busy, in milliseconds. */
  busyMs: number;
}

/**
 * Reads `X-Supplier-Fault`: `error-before`, `error-after`, `timeout-after`, `reset-after`, `delay=<ms>`, comma-separated.
 * Throws a 400 for another word: a misspelt fault must not pass as a run without one.
 */
export function readFault(header: string): Fault {
  const fault: Fault = { before: false, after: null, busyMs: 0 };
  for (const word of header.split(",").map((part) => part.trim())) {
    const delay = /^delay=(\d{1,4})$/.exec(word);
    if (word === "") continue;
    if (delay) fault.busyMs = Number(delay[1]);
    else if (word === "error-before") fault.before = true;
    else if (word === "error-after") fault.after = "error";
    else if (word === "timeout-after") fault.after = "timeout";
    else if (word === "reset-after") fault.after = "reset";
    else throw new Refusal(400, `Unknown fault: ${word.slice(0, 40)}`);
  }
  return fault;
}
