import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { makeServer } from "../agent/mcp/make-server.ts";
import { shopOver } from "../agent/mcp/shop.ts";
import { makeAgentToken, readAgentToken } from "../session/agent-token.ts";
import { isHttps } from "../session/is-https.ts";
import { openSession, publicName, sealedCookie } from "../session/session.ts";
import type { Services } from "../wiring.ts";
import { checkOrigin, parseBody, readBody } from "./check-request.ts";
import { handleRequest } from "./handle-request.ts";
import { Refused, refusalResponse } from "./refuse.ts";

/**
 * The Model Context Protocol over Streamable HTTP, stateless: any instance answers any request, and nothing is lost with
 * one that dies. Each tool goes through the shop's own front door, with its limits, its counting and its faults.
 */
export async function handleMcp(services: Services, request: Request): Promise<Response> {
  if (request.method !== "POST")
    return plain(405, "POST only: there is no session.", { Allow: "POST" });
  const { sessionSecrets } = services;
  const account = await readAgentToken(request.headers.get("authorization"), sessionSecrets);
  if (account === undefined) {
    return plain(
      401,
      "Authorization: Bearer <token>, from POST /api/mcp/session. Nothing was done.",
      {
        "WWW-Authenticate": "Bearer",
      },
    );
  }
  try {
    const parsedBody = parseBody(await readBody(request));
    if (parsedBody === undefined || Array.isArray(parsedBody))
      return plain(400, "One JSON message in each request, and no batch. Nothing was done.");
    const cookie = await sealedCookie(account, sessionSecrets, false);
    const shop = shopOver("http://shop.internal", (call) => {
      call.headers.set("cookie", cookie);
      return handleRequest(services, call);
    });
    const server = makeServer(shop);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    const response = await transport.handleRequest(request, { parsedBody });
    response.headers.set("Cache-Control", "no-store");
    return response;
  } catch (error) {
    if (error instanceof Refused) return refusalResponse(error);
    throw error;
  }
}

/** A token for this browser's account, or for a new one where there is no cookie. */
export async function handleMcpSession(services: Services, request: Request): Promise<Response> {
  try {
    await readBody(request);
    checkOrigin(request);
  } catch (error) {
    if (error instanceof Refused) return refusalResponse(error);
    throw error;
  }
  const https = isHttps(request.headers, request.url);
  const cookies = request.headers.get("cookie");
  const { account, lost } = await openSession(cookies, services.sessionSecrets, https);
  if (lost)
    return plain(401, "This session is none that we know any more. Reload the page for a new one.");
  const token = await makeAgentToken(account, services.sessionSecrets);
  return Response.json(
    { token, account: publicName(account) },
    { headers: { "Cache-Control": "no-store" } },
  );
}

function plain(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { jsonrpc: "2.0", id: null, error: { code: -32_000, message } },
    { status, headers: { "Cache-Control": "no-store", ...headers } },
  );
}
