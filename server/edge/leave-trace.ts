import { traceId } from "../telemetry/trace-id.ts";
import { watchRefusal } from "../telemetry/watch-refusal.ts";

/** What our own pages never ask for and what nobody foresaw: who meets one needs a number to ask with. */
const UNEXPECTED: ReadonlySet<number> = new Set([400, 404, 405, 413, 415, 500]);
const PROCEDURE_CHARACTERS = 60;

/** A header and a line in the log, for unexpected refusals alone. In the header, because the bytes of an answer stay the same. */
export function leaveTrace(response: Response, procedure: string): void {
  if (!UNEXPECTED.has(response.status) || response.headers.has("X-Trace-Id")) return;
  const trace = traceId();
  response.headers.set("X-Trace-Id", trace);
  watchRefusal({
    trace,
    procedure: procedure.slice(0, PROCEDURE_CHARACTERS),
    status: response.status,
  });
}
