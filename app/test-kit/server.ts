import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import type { SendOutcome, SendWatch } from "../../server/idempotency/client/index.ts";

export const key = "01890a5d-ac96-774b-bcce-b302099a8057";
export const input = {
  idempotencyKey: key,
  orderId: "01890a5d-ac96-774b-bcce-b302099a8058",
  paymentMethod: "pm_card_visa",
  expectedTotal: { amount: 4800, currency: "EUR" as const },
};
export const paid = { status: "paid", orderId: input.orderId, chargeId: "ch_1", amount: 4800 };

type Arrival = { at: number; headers: IncomingMessage["headers"]; body: string };
type Answer = (response: ServerResponse, arrival: number) => void;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A real HTTP server that answers as told and writes down what arrived. */
export async function serve(answer: Answer): Promise<{ url: string; arrivals: Arrival[] }> {
  const arrivals: Arrival[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      arrivals.push({ at: Date.now(), headers: request.headers, body });
      answer(response, arrivals.length);
    });
  });
  await new Promise<void>((ready) => server?.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/api/trpc`, arrivals };
}

export function done(response: ServerResponse) {
  response.setHeader("content-type", "application/json");
  response.setHeader("idempotent-replayed", "true");
  response.end(JSON.stringify({ result: { data: paid } }));
}

export function refuse(
  response: ServerResponse,
  status: number,
  code?: string,
  retryAfter?: number,
) {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  if (retryAfter !== undefined) response.setHeader("retry-after", String(retryAfter));
  const idempotency = code && {
    code,
    retryable: status !== 422,
    sameKey: status === 503 || code === "IN_PROGRESS",
    ...(code === "ORDER_BUSY" && { intentId: "key-x" }),
  };
  const data = { code: "X", httpStatus: status, ...(idempotency && { idempotency }) };
  response.end(JSON.stringify({ error: { message: "no", code: -32000, data } }));
}

/** A watch that only remembers; waits are cut short unless `patient`. */
export function watching(patient = false) {
  const outcomes: SendOutcome[] = [];
  const delays: number[] = [];
  const watch: SendWatch = {
    began: (send) => `${send};by=${send === 1 ? "you" : "app"};tab=k7qd`,
    ended: (outcome) => void outcomes.push(outcome),
    waiting({ delayMs, sendNow }) {
      delays.push(delayMs);
      if (!patient) sendNow();
    },
  };
  return { watch, outcomes, delays };
}
