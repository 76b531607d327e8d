import { receiveWebhook } from "../../../../server/events/receive-webhook.ts";
import { operations } from "../../../../server/operations.ts";
import { services } from "../../../../server/services.ts";

export const dynamic = "force-dynamic";

/** Where the bank tells what happened. Its signature is the only permission: there is no session here. */
export const POST = (request: Request) => receiveWebhook(services(), operations, request);
