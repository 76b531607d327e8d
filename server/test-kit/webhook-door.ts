import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { receiveWebhook } from "../events/receive-webhook.ts";
import { operations } from "../operations.ts";
import type { Services } from "../wiring.ts";

export interface WebhookDoor {
  /** `http://127.0.0.1:4242/api/webhooks/bank` */
  url: string;
  close(): Promise<void>;
}

/** An HTTP server before several instances, as a balancer would be: each delivery goes to the next one. */
export async function openWebhookDoor(instances: readonly Services[]): Promise<WebhookDoor> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const services = instances[turn++ % instances.length];
      if (services === undefined) return incoming.destroy();
      const response = await receiveWebhook(
        services,
        operations,
        new Request(`http://shop.test${incoming.url}`, {
          method: "POST",
          headers: { "stripe-signature": String(incoming.headers["stripe-signature"] ?? "") },
          body: await buffer(incoming),
        }),
      );
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(await response.text());
    })().catch(() => incoming.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/webhooks/bank`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
