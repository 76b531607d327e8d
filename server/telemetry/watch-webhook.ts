import pino from "pino";
import { Counter } from "prom-client";
import { nameError } from "./name-error.ts";
import { registry } from "./watch-event.ts";

const taken = new Counter({
  name: "payonce_webhook_events_total",
  help: "Signed events of the bank that were taken, by what they came to; not_yet: to be sent again",
  labelNames: ["effect"],
  registers: [registry],
});
const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });

/** Counts a signed event. Money that our books say otherwise of is worth a line: somebody has to look. */
export function watchWebhook(effect: string, { id, type }: { id: string; type: string }): void {
  taken.inc({ effect });
  if (effect === "unmatched") log.error({ event: "webhook-unmatched", type, webhook: id });
}

/** One error line for an event that could not be recorded: the bank sends it again, and a fault of ours would stay hidden behind that. */
export function watchWebhookFailure(error: unknown): void {
  log.error({ event: "webhook-not-recorded", code: nameError(error) });
}
