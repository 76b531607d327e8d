import { randomBytes } from "node:crypto";
import { trace } from "@opentelemetry/api";

/** What a person can name and a log can be searched for: the span's where OpenTelemetry runs, else one of its shape. */
export function traceId(): string {
  return trace.getActiveSpan()?.spanContext().traceId ?? randomBytes(16).toString("hex");
}
