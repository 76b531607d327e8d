import { services } from "../../../server/services.ts";
import { METRICS_CONTENT_TYPE, readMetrics } from "../../../server/telemetry/read-metrics.ts";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  return new Response(await readMetrics(services().aside.db), {
    headers: { "Content-Type": METRICS_CONTENT_TYPE, "Cache-Control": "no-store" },
  });
}
