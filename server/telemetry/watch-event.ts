import { trace } from "@opentelemetry/api";
import pino from "pino";
import { Counter, Registry } from "prom-client";
import type { LifecycleEvent, LifecyclePoint } from "../idempotency/index.ts";

/** This process's counters; scraped through `GET /api/metrics`. Not the library's global one: tests have several. */
export const registry = new Registry();

const events = new Counter({
  name: "payonce_idempotency_events_total",
  help: "Lifecycle events of attempts, by point and procedure",
  labelNames: ["point", "procedure"],
  registers: [registry],
});
const takeOvers = new Counter({
  name: "payonce_idempotency_take_overs_total",
  help: "Claims of a key whose former holder's lease was over, or that had been released",
  labelNames: ["procedure"],
  registers: [registry],
});

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

/** What somebody on call wants to read; the rest is counted alone. */
const WORTH_A_LINE: ReadonlySet<LifecyclePoint> = new Set([
  "unknown",
  "needs-review",
  "fenced",
  "voided",
]);

/**
 * Counts an event, adds it to the active span and logs the ones that are worth a line. The list of fields is
 * closed: no input, no amount, no cookie, no whole key can get in.
 */
export function watchEvent({ point, procedure, key, fence, step, detail }: LifecycleEvent): void {
  events.inc({ point, procedure });
  const tookOver = point === "after-claim" && (fence ?? 1) > 1;
  if (tookOver) takeOvers.inc({ procedure });
  trace.getActiveSpan()?.addEvent(point, {
    ...(fence !== undefined && { "idempotency.fence": fence }),
    ...(step !== undefined && { "idempotency.step": step }),
  });
  if (!tookOver && !WORTH_A_LINE.has(point)) return;
  const line = {
    event: tookOver ? "take-over" : point,
    procedure,
    key: key.slice(0, 8),
    fence,
    detail,
  };
  if (point === "needs-review") log.error(line);
  else log.warn(line);
}
