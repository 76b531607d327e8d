import { initTRPC } from "@trpc/server";
import { ZodError } from "zod";
import { detailOf } from "../idempotency/http/index.ts";
import type { Context } from "./context.ts";

export interface Meta {
  /** Set by the door alone: the edge counts arrivals of these, and refuses them in a batch. */
  idempotent?: true;
}

export const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    // A stream that says nothing for 15 s is dead, whatever the socket believes: the browser asks again from its last id.
    sse: {
      ping: { enabled: true, intervalMs: 4_000 },
      client: { reconnectAfterInactivityMs: 15_000 },
    },
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
