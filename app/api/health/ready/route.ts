import { checkedLately } from "../../../../server/health/check-readiness.ts";
import { services } from "../../../../server/services.ts";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const checks = await checkedLately(services());
  const ready = checks.every((check) => check.ok);
  return Response.json(
    { ready, checks },
    { status: ready ? 200 : 503, headers: { "Cache-Control": "no-store" } },
  );
}
