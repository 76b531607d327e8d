/** The `error` object of a Stripe answer; fields as in https://docs.stripe.com/api/errors. */
export interface StripeErrorBody {
  type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  doc_url?: string;
  [detail: string]: unknown;
}

/** Ends a request with an answer that is **not** stored under its key: nothing was done. */
export class StripeError extends Error {
  override name = "StripeError";
  readonly status: number;
  readonly body: StripeErrorBody;

  constructor(status: number, body: StripeErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body.code === undefined ? body : { ...body, doc_url: docUrl(body.code) };
  }
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll("_", "-")}`;
}

/** 400, or 404 when the object in the path itself is missing. */
export function invalid(message: string, code?: string, param?: string, status = 400): StripeError {
  return new StripeError(status, {
    type: "invalid_request_error",
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });
}

export const missing = (what: string, id: string, param: string, status = 404) =>
  invalid(`No such ${what}: '${id}'`, "resource_missing", param, status);

export const apiError = () =>
  new StripeError(500, {
    type: "api_error",
    message:
      "An unexpected error occurred. The request may have been carried out: ask again with the same key.",
  });

/** Another request holds the row. Nothing was done, so the same key may come again at once. */
export const lockTimeout = () =>
  new StripeError(429, {
    type: "invalid_request_error",
    code: "lock_timeout",
    message:
      "This object cannot be accessed right now because another API request is currently accessing it. Retry later.",
  });

export const keyInUse = () =>
  new StripeError(409, {
    type: "idempotency_error",
    code: "idempotency_key_in_use",
    message:
      "There is currently another in-progress request using this Idempotent Key. Please try again later.",
  });

export const keyReused = () =>
  new StripeError(400, {
    type: "idempotency_error",
    message:
      "Keys for idempotent requests can only be used with the same endpoint and parameters they were first used with.",
  });
