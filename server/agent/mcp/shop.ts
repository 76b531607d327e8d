import { z } from "zod";

/** The shop as a tool sees it: its own HTTP interface, from wherever the tool runs. */
export interface Shop {
  query(procedure: string, input?: unknown): Promise<Told>;
  mutate(procedure: string, input: Record<string, unknown>): Promise<Told>;
}

/** What a call gave. `lost`: no answer came, and what it asked for may have been done. */
export type Told =
  | { kind: "answer"; data: unknown }
  | { kind: "refused"; message: string; idempotency: Refusal | undefined }
  | { kind: "lost" };

const refusal = z.object({
  code: z.string(),
  retryable: z.boolean(),
  sameKey: z.boolean(),
  retryAfterMs: z.number().optional(),
  intentId: z.string().optional(),
});
export type Refusal = z.output<typeof refusal>;

const envelope = z.object({
  result: z.object({ data: z.unknown() }).optional(),
  error: z
    .object({
      message: z.string(),
      data: z.object({ httpStatus: z.number(), idempotency: refusal.optional() }),
    })
    .optional(),
});

/** @param send delivers one request under the account's own credentials. A rejection means that no answer came. */
export function shopOver(origin: string, send: (request: Request) => Promise<Response>): Shop {
  async function call(request: Request): Promise<Told> {
    let text: string;
    try {
      text = await (await send(request)).text();
    } catch {
      return { kind: "lost" };
    }
    const { data } = envelope.safeParse(jsonOf(text));
    if (data?.result) return { kind: "answer", data: data.result.data };
    if (!data?.error) return { kind: "lost" };
    const { httpStatus, idempotency } = data.error.data;
    // Our own failure promises nothing, unless the door has said what it means for the key.
    if (httpStatus >= 500 && idempotency === undefined) return { kind: "lost" };
    return { kind: "refused", message: data.error.message, idempotency };
  }
  return {
    query: (procedure, input) => {
      const search =
        input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      return call(new Request(`${origin}/api/trpc/${procedure}${search}`));
    },
    mutate: (procedure, input) => {
      const { idempotencyKey: key } = input;
      const headers = {
        "content-type": "application/json",
        ...(typeof key === "string" && { "idempotency-key": key }),
      };
      const body = JSON.stringify(input);
      return call(
        new Request(`${origin}/api/trpc/${procedure}`, { method: "POST", headers, body }),
      );
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
