import pino from "pino";

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

/** One line for a refusal that a person was given the trace id of. No input, no cookie and no key get in. */
export function watchRefusal(refusal: { trace: string; procedure: string; status: number }): void {
  log.warn({ event: "refused", ...refusal });
}
