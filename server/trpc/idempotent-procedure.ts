import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { CODES, IdempotencyError, type Recorded } from "../idempotency/index.ts";
import type { Context } from "./context.ts";
import { t } from "./init.ts";
import { type Operation, runOperation } from "./operation.ts";
import { canonicalKey, readKey } from "./read-key.ts";

/**
 * The only door to the package. It owns the order key → input → claim → handler → output → commit, so that it
 * cannot be put in the wrong place: a wrapper before `.input()` protects nothing and says nothing. A middleware
 * could not replay (its result must come from `next()`), so the resolver itself is wrapped.
 */
export function idempotentProcedure<Shape extends z.ZodRawShape, Output extends z.ZodType>(
  operation: Operation<z.ZodObject<Shape>, Output>,
) {
  return t.procedure
    .meta({ idempotent: true })
    .use(async ({ ctx, getRawInput, next }) => {
      // The key comes first: a request without one must not learn what else is wrong with it.
      const key = await mapped(ctx, async () => readKey(await getRawInput(), ctx.keyHeader));
      return next({ ctx: { key } });
    })
    .input(
      operation.input.extend({
        idempotencyKey: z.string().refine((key) => canonicalKey(key) !== undefined),
      }),
    )
    .mutation(async ({ ctx, input }): Promise<z.output<Output>> => {
      const { idempotencyKey: _key, ...rest } = z
        .looseObject({ idempotencyKey: z.string() })
        .parse(input);
      const accepted = operation.input.parse(rest);
      const recorded = await mapped(ctx, () =>
        withDeadline(
          ctx.httpMs,
          runOperation(ctx, operation, { account: ctx.account, key: ctx.key, input: accepted }),
        ),
      );
      ctx.resHeaders.set("Idempotent-Replayed", String(recorded.replayed));
      ctx.resHeaders.set("Idempotency-Key", ctx.key);
      ctx.resHeaders.set("Idempotency-Attempt", String(recorded.attempt));
      return JSON.parse(recorded.text);
    });
}

/** The handler runs on behind the deadline; only the client is told that its outcome is not known yet. */
async function withDeadline(ms: number, work: Promise<Recorded>): Promise<Recorded> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new IdempotencyError("OUTCOME_UNKNOWN", { retryAfterMs: 1_000 })),
      ms,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** One mapping from the closed table to tRPC and its headers. */
async function mapped<T>(ctx: Context & { key?: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IdempotencyError)) throw error;
    const { trpc, http, retryable } = CODES[error.code];
    const { attempt } = error.detail;
    if (ctx.key !== undefined) ctx.resHeaders.set("Idempotency-Key", ctx.key);
    if (attempt !== undefined) {
      ctx.resHeaders.set("Idempotency-Attempt", String(attempt));
      ctx.resHeaders.set("Idempotent-Replayed", "false");
    }
    if (retryable && (http === 409 || http === 503)) {
      error.detail.retryAfterMs ??= 1_000;
      ctx.resHeaders.set("Retry-After", String(Math.ceil(error.detail.retryAfterMs / 1_000)));
    }
    throw new TRPCError({ code: trpc, message: error.message, cause: error });
  }
}

/** For procedures outside the door that meet the same table (`orders.save`). */
export { mapped as withIdempotencyErrors };
