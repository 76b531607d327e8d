import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { handleRequest } from "../edge/handle-request.ts";
import { openSession } from "../session/session.ts";
import type { Services } from "../wiring.ts";

const HOST = "http://shop.test";

const envelope = z.object({
  result: z.object({ data: z.unknown() }).optional(),
  error: z
    .object({
      message: z.string(),
      data: z.object({
        code: z.string(),
        httpStatus: z.number(),
        idempotency: z
          .object({
            code: z.string(),
            retryable: z.boolean(),
            sameKey: z.boolean(),
            retryAfterMs: z.number().optional(),
            attempt: z.number().optional(),
            intentId: z.string().optional(),
          })
          .optional(),
      }),
    })
    .optional(),
});

/** One HTTP answer, read to its end. A connection that was cut rejects instead, as `fetch` would. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The whole body: "the same bytes" is said of this. */
  text: string;
  /** What the procedure gave. */
  result: unknown;
  error: NonNullable<z.output<typeof envelope>["error"]>["data"] | undefined;
  message: string | undefined;
}

export interface Payment {
  idempotencyKey: string;
  orderId: string;
  paymentMethod: string;
  expectedTotal: unknown;
}

interface Sending {
  headers?: Record<string, string>;
  /** Another instance than the buyer's own. */
  to?: Services;
}

/** Somebody with a session cookie, who speaks to the server over real `Request` and `Response` objects. */
export class Buyer {
  readonly account: string;
  readonly #services: Services;
  readonly #cookie: string;

  private constructor(services: Services, account: string, cookie: string) {
    this.account = account;
    this.#services = services;
    this.#cookie = cookie;
  }

  /** Gets the cookie as any browser does: from the first answer. */
  static async arrives(services: Services): Promise<Buyer> {
    const first = await send(services, new Request(`${HOST}/api/trpc/catalog.list`));
    const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
    const { account } = await openSession(cookie, services.sessionSecrets, false);
    return new Buyer(services, account, cookie);
  }

  async query(procedure: string, input?: unknown, { headers, to }: Sending = {}): Promise<Answer> {
    const search = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    const url = `${HOST}/api/trpc/${procedure}${search}`;
    return await send(
      to ?? this.#services,
      new Request(url, { headers: { cookie: this.#cookie, ...headers } }),
    );
  }

  async mutate(procedure: string, input: unknown, sending: Sending = {}): Promise<Answer> {
    const headers = { "content-type": "application/json", ...sending.headers };
    return await this.post(procedure, JSON.stringify(input), { ...sending, headers });
  }

  /** Anything at all as the body, and no content type but the one that is given. */
  async post(
    path: string,
    body: NonNullable<RequestInit["body"]>,
    { headers, to }: Sending = {},
  ): Promise<Answer> {
    const init = { method: "POST", body, headers: { cookie: this.#cookie, ...headers } };
    const streaming = body instanceof ReadableStream ? { duplex: "half" as const } : {};
    return await send(
      to ?? this.#services,
      new Request(`${HOST}/api/trpc/${path}`, { ...init, ...streaming }),
    );
  }

  /** A payment as the link sends it, for whoever wants to send it by hand. */
  request(
    procedure: string,
    input: unknown,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Request {
    return new Request(`${HOST}/api/trpc/${procedure}`, {
      method: "POST",
      body: JSON.stringify(input),
      headers: { "content-type": "application/json", cookie: this.#cookie, ...headers },
      ...(signal && { signal }),
    });
  }

  /** A subscription: the answer while its body is still running. The signal is the client going away. */
  async subscribe(
    procedure: string,
    input: unknown,
    signal: AbortSignal,
    to?: Services,
  ): Promise<Response> {
    const url = `${HOST}/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
    const headers = { cookie: this.#cookie, accept: "text/event-stream" };
    return await handleRequest(to ?? this.#services, new Request(url, { headers, signal }));
  }

  /** Saves an order and gives what a first payment of it looks like. Two teas: 1998. */
  async saves(items = [{ sku: "tea", quantity: 2 }], orderId: string = uuidv7()): Promise<Payment> {
    const saved = await this.mutate("orders.save", { orderId, items });
    const order = z.object({ total: z.unknown() }).parse(saved.result);
    return paymentOf(orderId, order.total);
  }

  /** The link mirrors the key into the header; so does this. */
  async pays(payment: Payment, { headers, ...rest }: Sending = {}): Promise<Answer> {
    return await this.mutate("checkout.pay", payment, {
      ...rest,
      headers: { "idempotency-key": payment.idempotencyKey, ...headers },
    });
  }
}

export function paymentOf(orderId: string, expectedTotal: unknown): Payment {
  return { idempotencyKey: uuidv7(), orderId, paymentMethod: "pm_card_visa", expectedTotal };
}

async function send(services: Services, request: Request): Promise<Answer> {
  const response = await handleRequest(services, request);
  const text = await response.text();
  const { result, error } = envelope.parse(text === "" ? {} : JSON.parse(text));
  return {
    status: response.status,
    headers: response.headers,
    text,
    result: result?.data,
    error: error?.data,
    message: error?.message,
  };
}
