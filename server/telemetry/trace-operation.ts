import { SpanStatusCode, trace } from "@opentelemetry/api";

const tracer = trace.getTracer("payonce");

/**
 * One span an operation, with the lifecycle events of its attempts in it. Through OpenTelemetry's API alone: without
 * an SDK in the process it costs nothing and goes nowhere.
 */
export async function traceOperation<T>(procedure: string, work: () => Promise<T>): Promise<T> {
  return await tracer.startActiveSpan(procedure, async (span) => {
    try {
      const result = await work();
      // tRPC's `next()` tells of an error instead of throwing it.
      const told =
        typeof result === "object" && result !== null && "ok" in result && result.ok === false;
      if (told) span.setStatus({ code: SpanStatusCode.ERROR });
      return result;
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
