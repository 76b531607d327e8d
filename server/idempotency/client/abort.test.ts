import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTRPCClient, httpLink } from "@trpc/client";
import { initTRPC } from "@trpc/server";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { fetchJson, makeKey, mirrorKey, retryLink, type SendWatch } from "./index.ts";

const t = initTRPC.create();
const router = t.router({
  buy: t.procedure.input(z.object({ idempotencyKey: z.uuid() })).mutation(() => "bought"),
});

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that answers with this status or not at all, and a client with the link. `begun`: what the caller was told of. */
async function shop(answer: number | "never") {
  const world = { arrivals: 0, begun: 0, pauses: 0, reached: () => {}, paused: () => {} };
  server = createServer((_request, response) => {
    world.arrivals += 1;
    if (answer !== "never") response.writeHead(answer, { "retry-after": "20" }).end("<p>No</p>");
    world.reached();
  });
  await new Promise<void>((ready) => server?.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = createTRPCClient<typeof router>({
    links: [retryLink(), httpLink({ url, fetch: fetchJson, headers: mirrorKey })],
  });
  const watch: SendWatch = {
    began: () => String((world.begun += 1)),
    ended() {},
    waiting() {
      world.pauses += 1;
      world.paused();
    },
  };
  const caller = new AbortController();
  const buy = () =>
    api.buy.mutate({ idempotencyKey: makeKey() }, { context: { watch }, signal: caller.signal });
  return { world, caller, buy };
}

describe("a caller that aborts", () => {
  it("in mid-send is told so at once, and no send is counted that never leaves", async () => {
    const { world, caller, buy } = await shop("never");
    world.reached = () => caller.abort();
    await expect(buy()).rejects.toThrow();
    expect(world).toMatchObject({ arrivals: 1, begun: 1, pauses: 0 });
  });

  it("in the pause before a retry is woken from it, with the error that the pause was for", async () => {
    const { world, caller, buy } = await shop(429);
    world.paused = () => void setTimeout(() => caller.abort(), 20);
    const start = performance.now();
    await expect(buy()).rejects.toThrow("HTTP 429");
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(world).toMatchObject({ arrivals: 1, begun: 1 });
  });
});
