import { expect, test } from "vitest";
import { serveRoutes } from "./test-kit/serve-routes.ts";
import { handleRequest } from "./edge/handle-request.ts";
import { servicesFor } from "./services.ts";
import { stackUnderTest } from "./test-kit/stack.ts";

const stack = stackUnderTest();

/** What a client is told that asks this server under another name. */
async function asked(faultsAnywhere: boolean, host: string): Promise<number> {
  const all = { ...stack.services, faultsAnywhere };
  const { url, close } = await serveRoutes({
    "/api/trpc": (request) => handleRequest(servicesFor(request.headers.get("host"), all), request),
  });
  try {
    const { get } = await import("node:http");
    return await new Promise((resolve, reject) => {
      get(`${url}/api/trpc/faults.get`, { headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      }).on("error", reject);
    });
  } finally {
    await close();
  }
}

test("FAULTS=on is absent for whoever asks by another name than loopback's, and i-know is there for all", async () => {
  for (const host of ["localhost:3000", "127.0.0.1:3000", "127.1.2.3", "[::1]:3000", "localhost"])
    expect([host, await asked(false, host)]).toEqual([host, 200]);
  for (const host of [
    "shop.example",
    "192.0.2.7:3000",
    "localhost.shop.example",
    "127.0.0.1.nip.io",
  ])
    expect([host, await asked(false, host), await asked(true, host)]).toEqual([host, 404, 200]);
});
