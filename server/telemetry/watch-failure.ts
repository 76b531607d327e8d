import pino from "pino";
import { type Abandoned, IdempotencyError } from "../idempotency/index.ts";
import { nameError } from "./name-error.ts";

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

/** Said already: one that cannot be carried on is met every second. */
const told = new Set<string>();
const TOLD_MAX = 1_000;

/** One error line for an intent that the completer could not carry on. A code and no message, which may hold an input. */
export function watchFailure({ key, procedure }: Abandoned, error: unknown): void {
  // An attempt was made: its own events have told of it.
  if (
    error instanceof IdempotencyError &&
    (error.code === "OUTCOME_UNKNOWN" || error.code === "RELEASED")
  )
    return;
  const code = nameError(error);
  if (told.size >= TOLD_MAX) told.clear();
  if (told.has(`${key} ${code}`)) return;
  told.add(`${key} ${code}`);
  log.error({ event: "not-carried-on", procedure, key: key.slice(0, 8), code });
}
