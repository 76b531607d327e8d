import pino from "pino";
import { type Abandoned, codeOf, IdempotencyError } from "../idempotency/index.ts";

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

/** Said already: one that cannot be carried on is met every second.. */
const told = new Set<string>();
const TOLD_MAX = 1_000;

/** One error line for an intent that the completer could not carry on. A code and no message, which may hold an input. */
export function watchFailure({ key, procedure }: Abandoned, error: unknown): void {
  const code =
    error instanceof IdempotencyError
      ? error.code
      : (codeOf(error) ?? (error instanceof Error ? error.name : "no error"));
  // An attempt was made: its own events have told of it.
  if (code === "OUTCOME_UNKNOWN" || code === "RELEASED") return;
  if (told.size >= TOLD_MAX) told.clear();
  if (told.has(`${key} ${code}`)) return;
  told.add(`${key} ${code}`);
  log.error({ event: "not-carried-on", procedure, key: key.slice(0, 8), code });
}
