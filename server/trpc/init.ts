import { initTRPC } from "@trpc/server";
import { ZodError } from "zod";
import { CODES, IdempotencyError } from "../idempotency/index.ts";
import type { Context } from "./context.ts";

export interface Meta {
  /** Set by the door alone: the edge counts arrivals of these, and refuses them in a batch. */
  idempotent?: true;
}

export const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    errorFormatter({ shape, error }) {
      const { code, httpStatus, path } = shape.data;
      // Only what is listed here goes out: no stack, no SQL, no driver text.
      const known = code !== "INTERNAL_SERVER_ERROR";
      const message = error.cause instanceof ZodError ? sentenceOf(error.cause) : shape.message;
      return {
        ...shape,
        message: known ? message : "Something went wrong here. Ask again with the same key.",
        data: { code, httpStatus, path, idempotency: detailOf(error.cause) },
      };
    },
  });

function sentenceOf(error: ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`)
    .join("; ");
}

export interface IdempotencyData {
  code: string;
  retryable: boolean;
  sameKey: boolean;
  retryAfterMs?: number;
  attempt?: number;
  intentId?: string;
}

export function detailOf(cause: unknown): IdempotencyData | undefined {
  if (!(cause instanceof IdempotencyError)) return undefined;
  const { retryable, sameKey } = CODES[cause.code];
  const { retryAfterMs, attempt, intentId } = cause.detail;
  return {
    code: cause.code,
    retryable,
    sameKey,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(attempt !== undefined && { attempt }),
    ...(intentId !== undefined && { intentId }),
  };
}
