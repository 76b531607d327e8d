import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { handleRequest } from "../edge/handle-request.ts";
import type { Services } from "../wiring.ts";

/** The shop's edge behind a real socket, as Next serves it: a body that errors before its first byte destroys the connection. */
export async function serveEdge(
  services: Services,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((req, res) => {
    void (async () => {
      const method = req.method ?? "GET";
      const headers = new Headers();
      for (const [name, value] of Object.entries(req.headers)) headers.set(name, String(value));
      const body = method === "POST" ? Readable.toWeb(req) : null;
      const request = new Request(`http://127.0.0.1${req.url ?? "/"}`, {
        method,
        headers,
        ...(body !== null && { body: body as ReadableStream, duplex: "half" as const }),
      });
      const response = await handleRequest(services, request);
      const text = Buffer.from(await response.arrayBuffer());
      res.writeHead(response.status, Object.fromEntries(response.headers)).end(text);
    })().catch(() => req.socket.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
