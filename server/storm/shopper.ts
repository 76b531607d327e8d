import { createHash } from "node:crypto";
import { z } from "zod";
import { mayRetry, type SendOutcome } from "../idempotency/client/index.ts";

const DEADLINE_MS = 14_000;
const ASKS_MAX = 5;

/** A 4xx: asking again would be refused again. */
class Refusal extends Error {}

const body = z.object({
  result: z.object({ data: z.unknown() }).optional(),
  error: z
    .object({
      data: z
        .object({
          code: z.string(),
          idempotency: z
            .object({ code: z.string(), sameKey: z.boolean(), retryAfterMs: z.number().optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

/** How one send ended, as its client knows it. */
export interface Sent {
  /** `ok`: a definite answer. `fail`: surely nothing happened. `info`: nobody can tell, for ever. */
  type: "ok" | "fail" | "info";
  status: number | null;
  code: string | null;
  replayed: boolean;
  answer: "paid" | "declined" | null;
  bodySha: string | null;
  /** Why there was no answer, in the words of the socket. */
  err: string | null;
  mayRetry: boolean;
  retryAfterMs: number;
}

/** Somebody with a session of their own, at the web's front door. */
export class Shopper {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  /** Gets the cookie as any browser does: from the first answer. */
  static async arrives(url: string): Promise<Shopper> {
    const first = await fetch(`${url}/api/trpc/catalog.list`, { signal: deadline() });
    await first.arrayBuffer();
    return new Shopper(url, first.headers.get("set-cookie")?.split(";")[0] ?? "");
  }

  /**
   * A query, or a mutation that may be repeated as `orders.save` may. Asks again where the server or the way to it is at fault.
   * @throws {Error} with the status when it is refused
   */
  async ask(procedure: string, kind: "GET" | "POST", input?: unknown): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#askOnce(procedure, kind, input);
      } catch (error) {
        if (error instanceof Refusal || tries === ASKS_MAX) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200 * tries));
      }
    }
  }

  async #askOnce(procedure: string, kind: "GET" | "POST", input?: unknown): Promise<unknown> {
    const search =
      kind === "GET" && input !== undefined
        ? `?input=${encodeURIComponent(JSON.stringify(input))}`
        : "";
    const response = await fetch(`${this.#url}/api/trpc/${procedure}${search}`, {
      method: kind,
      headers: { cookie: this.#cookie, "content-type": "application/json" },
      signal: deadline(),
      ...(kind === "POST" && { body: JSON.stringify(input) }),
    });
    const text = await response.text();
    const said = `${procedure}: ${response.status} ${text.slice(0, 200)}`;
    if (response.status >= 400 && response.status < 500) throw new Refusal(said);
    if (!response.ok) throw new Error(said);
    return body.parse(JSON.parse(text)).result?.data;
  }

  /** Sends a payment once. Never rejects: what went wrong is the finding. */
  async send(
    procedure: string,
    input: { idempotencyKey: string },
    headers: Record<string, string>,
  ): Promise<Sent> {
    try {
      const response = await fetch(`${this.#url}/api/trpc/${procedure}`, {
        method: "POST",
        headers: {
          cookie: this.#cookie,
          "content-type": "application/json",
          "idempotency-key": input.idempotencyKey,
          ...headers,
        },
        body: JSON.stringify(input),
        signal: deadline(),
      });
      return read(response, await response.text());
    } catch (error) {
      return lost(null, nameOf(error));
    }
  }
}

function read(response: Response, text: string): Sent {
  const { status } = response;
  const parsed = body.safeParse(asJson(text));
  if (!parsed.success) return lost(status, "an answer that cannot be read");
  const told = parsed.data.error?.data?.idempotency;
  const code = told?.code ?? parsed.data.error?.data?.code ?? null;
  const replayed = response.headers.get("idempotent-replayed") === "true";
  const outcome: SendOutcome =
    status === 200
      ? { kind: "answered", replayed }
      : {
          kind: "refused",
          code,
          httpStatus: status,
          sameKey: told?.sameKey ?? false,
          retryAfterMs: told?.retryAfterMs ?? null,
          message: "",
        };
  return {
    type: status === 200 ? "ok" : surelyNothing(status, code) ? "fail" : "info",
    status,
    code,
    replayed,
    answer: status === 200 ? answerOf(parsed.data.result?.data) : null,
    bodySha: createHash("sha256").update(text).digest("hex"),
    err: null,
    mayRetry: mayRetry(outcome),
    retryAfterMs: told?.retryAfterMs ?? 0,
  };
}

/** 409 "in progress" and every 5xx say nothing about the effect: another attempt may have it. */
function surelyNothing(status: number, code: string | null): boolean {
  return status >= 400 && status < 500 && status !== 408 && code !== "IN_PROGRESS";
}

function answerOf(data: unknown): Sent["answer"] {
  const given = z.object({ status: z.enum(["paid", "declined"]) }).safeParse(data);
  return given.success ? given.data.status : null;
}

function lost(status: number | null, err: string): Sent {
  return {
    type: "info",
    status,
    code: null,
    replayed: false,
    answer: null,
    bodySha: null,
    err,
    mayRetry: mayRetry({ kind: "no-answer", httpStatus: status }),
    retryAfterMs: 0,
  };
}

function nameOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause === "object" && cause !== null && "code" in cause) return String(cause.code);
  return error instanceof Error ? error.name : "unknown";
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function deadline(): AbortSignal {
  return AbortSignal.timeout(DEADLINE_MS);
}
