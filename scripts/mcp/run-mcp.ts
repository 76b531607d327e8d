import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { makeServer } from "../../server/agent/mcp/make-server.ts";
import { shopOver } from "../../server/agent/mcp/shop.ts";
import { shopAddress } from "./shop-address.ts";
import { sessionCookieFor } from "./session-cookie.ts";

/** Longer than the shop's own deadline: it is the one to say that the outcome is unknown. */
const ANSWER_MS = 30_000;

/** Serves the tools of a shop that runs elsewhere, until standard input ends. */
export async function runMcp(): Promise<void> {
  const origin = shopAddress();
  const cookie = await sessionCookieFor(origin);
  const shop = shopOver(origin, (request) => {
    request.headers.set("cookie", cookie);
    return fetch(request, { signal: AbortSignal.timeout(ANSWER_MS) });
  });
  await makeServer(shop).connect(new StdioServerTransport());
}
