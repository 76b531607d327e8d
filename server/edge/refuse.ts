import type { IdempotencyData } from "../idempotency/http/index.ts";

/** A refusal before any procedure was reached. It ran nothing and used no key up. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly retryAfterS: number | undefined;
  readonly idempotency: IdempotencyData | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { retryAfterS?: number; idempotency?: IdempotencyData } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterS = more.retryAfterS;
    this.idempotency = more.idempotency;
  }
}

/** In the shape of a tRPC error, so that clients read one kind of answer. */
export function refusalResponse({
  status,
  code,
  message,
  retryAfterS,
  idempotency,
}: Refused): Response {
  return Response.json(
    { error: { message, code: -32_600, data: { code, httpStatus: status, idempotency } } },
    {
      status,
      headers: {
        "Cache-Control": "no-store",
        ...(retryAfterS !== undefined && { "Retry-After": String(retryAfterS) }),
      },
    },
  );
}
