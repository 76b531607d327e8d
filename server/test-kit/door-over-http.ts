import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AnyTRPCRouter } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import type { ContractCall, ContractSubject } from "../idempotency/contract/index.ts";

/** What a stock tRPC app knows of a request. */
export interface DoorContext {
  account: string;
  req: IncomingMessage;
  res: ServerResponse;
}

export interface ServedRouter {
  url: string;
  /** The contract's `call` and `loseAnswer` for the procedure `buy`. */
  subject: Pick<ContractSubject, "call" | "loseAnswer">;
  close(): Promise<void>;
}

const INPUTS = { first: { item: "tea" }, other: { item: "mug" }, invalid: { item: 7 } } as const;

/** A router as strangers serve theirs: tRPC's own HTTP server, no edge of ours before it. */
export async function serveRouter(router: AnyTRPCRouter): Promise<ServedRouter> {
  const handler = createHTTPHandler({
    router,
    createContext: ({ req, res }): DoorContext => ({
      account: String(req.headers["x-account"]),
      req,
      res,
    }),
  });
  const server = createServer((req, res) => {
    if (req.headers["x-lose-answer"] !== undefined) {
      // Everything has happened by the time that the first byte would leave.
      res.write = res.end = () => {
        res.destroy();
        return res as never;
      };
    }
    handler(req, res);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  async function post({ account, key, input }: ContractCall, headers = {}) {
    const response = await fetch(`${url}/buy`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-account": account, ...headers },
      body: JSON.stringify({ ...INPUTS[input], idempotencyKey: key }),
    });
    return { status: response.status, body: await response.text() };
  }

  return {
    url,
    subject: { call: post, loseAnswer: (call) => post(call, { "x-lose-answer": "1" }) },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
