import { readBytes } from "../edge/check-request.ts";
import { Refused } from "../edge/refuse.ts";
import { BadSignature, openEvent } from "../payments/open-event.ts";
import { watchWebhook, watchWebhookFailure } from "../telemetry/watch-webhook.ts";
import type { Operation } from "../trpc/operation.ts";
import type { Services } from "../wiring.ts";
import { NotYet } from "./not-yet.ts";
import { takeEvent } from "./take-event.ts";

/**
 * `POST /api/webhooks/bank`: 200 once the event has had its effect, now or before; 400 without a good signature;
 * 404 where no secret is set; 413 above 64 KiB; 503 when it must come again. Anything but 2xx leaves no row behind.
 */
export async function receiveWebhook(
  services: Services,
  operations: readonly Operation[],
  request: Request,
): Promise<Response> {
  const secrets = services.webhookSecrets;
  if (secrets === undefined) return say(404, "This shop takes no webhooks.");
  try {
    const raw = await readBytes(request);
    const event = openEvent(raw, request.headers.get("stripe-signature") ?? "", secrets);
    const taking = services.lab?.receive(event) ?? takeEvent(services, operations, event);
    const effect = await taking.catch((error: unknown) => {
      watchWebhook("not_yet", event);
      throw error;
    });
    watchWebhook(effect, event);
    return Response.json({ received: true, effect }, { headers: { "Cache-Control": "no-store" } });
  } catch (error) {
    if (error instanceof BadSignature) return say(400, error.message);
    if (error instanceof Refused) return say(error.status, error.message);
    // Not one of ours to tell apart: the event has no row, so the bank's repeat finds everything as it was.
    if (!(error instanceof NotYet)) watchWebhookFailure(error);
    const why = error instanceof NotYet ? error.message : "It could not be recorded.";
    return say(503, why, { "Retry-After": "1" });
  }
}

function say(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { received: false, message },
    { status, headers: { "Cache-Control": "no-store", ...headers } },
  );
}
