import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { handleRequest } from "../edge/handle-request.ts";
import type { Services } from "../wiring.ts";

/** The shop's API over a real socket, for clients that are programs of their own. No pages. */
export async function serveShop(services: Services): Promise<{ url: string; close(): void }> {
  const server: Server = createServer(async (incoming, outgoing) => {
    const response = await handleRequest(services, await requestOf(incoming));
    const headers = Object.fromEntries(response.headers);
    // A body that a fault breaks is a connection that breaks.
    const body = await response.text().catch(() => undefined);
    if (body === undefined) outgoing.destroy();
    else outgoing.writeHead(response.status, headers).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const { method = "GET", url = "/", headers } = incoming;
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: pairs,
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
}
